// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace goknot {

// A JSON value: a small tree that owns its texts. Objects keep the order in which they were filled.
class Json {
 public:
  using Member = std::pair<std::string, Json>;  // name, value
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  // null
  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}
  template <std::signed_integral T>
  Json(T value) : value_(std::int64_t{value}) {}
  template <std::unsigned_integral T>
  Json(T value) : value_(std::uint64_t{value}) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  // An array of these; empty without any.
  static Json array(std::initializer_list<Json> items = {});
  // An object of these, later ones replacing earlier ones; empty without any.
  static Json object(std::initializer_list<Member> members = {});
  // An object of members whose names are known to differ: many cost no search.
  static Json object_of(Object members);

  // Reads one JSON text (RFC 8259). Errors: damaged (where and what), unsupported (nested deeper
  // than 100). Of members with the same name the last one is found.
  static Result<Json> parse(std::string_view text);
  // Writes it on one line, or on many, `indent` spaces deeper at each level. What is not UTF-8
  // becomes U+FFFD, what is no finite number becomes null.
  std::string dump(int indent = -1) const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  // Whether it is an integer or a double.
  bool is_number() const;
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value if it has that kind, else `otherwise`. Numbers are converted if nothing is lost.
  bool bool_or(bool otherwise) const;
  std::int64_t int_or(std::int64_t otherwise) const;
  std::uint64_t uint_or(std::uint64_t otherwise) const;
  double double_or(double otherwise) const;
  std::string_view string_or(std::string_view otherwise) const;

  // How many items or members it has; 0 for anything but arrays and objects.
  std::size_t size() const;
  // Its items in order; none for anything but an array.
  const Array& items() const;
  // Its members in order; none for anything but an object.
  const Object& members() const;
  // The member of that name, or null if there is none or this is no object.
  const Json* find(std::string_view key) const;

  // Adds an item to an array; null becomes an array first, anything else stays as it is.
  void push_back(Json item);
  // Sets a member of an object; null becomes an object first, anything else stays as it is.
  void set(std::string_view key, Json value);

  friend bool operator==(const Json& a, const Json& b);

 private:
  friend class JsonBuilder;
  friend class JsonWriter;

  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      value_;
};

}  // namespace goknot
