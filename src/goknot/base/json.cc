// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace goknot {

// Builds the tree from the events of the parser, which does not recurse.
// The parser of nlohmann/json calls these for each token. Its own tree would sort the members of
// objects.
class JsonBuilder {
 public:
  using Events = nlohmann::json;

  bool null() { return add(Json()); }
  bool boolean(bool value) { return add(Json(value)); }
  bool number_integer(std::int64_t value) { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) { return add(Json(value)); }
  bool number_float(double value, const std::string&) { return add(Json(value)); }
  bool string(std::string& value) { return add(Json(std::move(value))); }
  bool binary(std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    open_.back().key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    error_ = Error{Kind::damaged, fmt::format("not JSON (byte {})", position), {}};
    return false;
  }

  // The finished tree, or why there is none.
  Result<Json> finish(bool accepted) && {
    if (accepted) return std::move(root_);
    return std::unexpected(std::move(error_));
  }

 private:
  // The writer recurses: deeper than anything sensible, and far from the end of the stack.
  static constexpr std::size_t kDeepest = 100;

  // A container that is being filled, and the name its value gets where it belongs.
  struct Open {
    Json container;
    std::string key;
  };

  bool add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* object = std::get_if<Json::Object>(&open_.back().container.value_)) {
      object->push_back({std::move(open_.back().key), std::move(value)});
    } else {
      open_.back().container.push_back(std::move(value));
    }
    return true;
  }

  bool open(Json container) {
    if (open_.size() >= kDeepest) {
      error_ = Error{Kind::unsupported, fmt::format("JSON nested deeper than {}", kDeepest), {}};
      return false;
    }
    open_.push_back({std::move(container), {}});
    return true;
  }

  bool close() {
    Json value = std::move(open_.back().container);
    open_.pop_back();
    return add(std::move(value));
  }

  Json root_;
  std::vector<Open> open_;
  Error error_{Kind::damaged, "not JSON", {}};
};

// Whether the text stands in JSON as it is: printable ASCII without quotes and backslashes.
static bool plain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

// Writes one tree; recursion is as deep as the tree.
class JsonWriter {
 public:
  explicit JsonWriter(int indent) : indent_(indent) {}

  void operator()(std::monostate) { out_ += "null"; }
  void operator()(bool value) { out_ += value ? "true" : "false"; }
  void operator()(std::int64_t value) { number(value); }
  void operator()(std::uint64_t value) { number(value); }
  void operator()(double value) {
    if (std::isfinite(value)) return number(value);
    out_ += "null";
  }
  void operator()(const std::string& value) { text(value); }
  void operator()(const Json::Array& items) {
    out_ += '[';
    each(items, [this](const Json& item) { write(item); });
    out_ += ']';
  }
  void operator()(const Json::Object& members) {
    out_ += '{';
    each(members, [this](const Json::Member& member) {
      text(member.first);
      out_ += indent_ < 0 ? ":" : ": ";
      write(member.second);
    });
    out_ += '}';
  }

  void write(const Json& value) { std::visit(*this, value.value_); }
  // What was written.
  std::string finish() && { return std::move(out_); }

 private:
  template <typename Range, typename WriteOne>
  void each(const Range& range, WriteOne write_one) {
    if (range.empty()) return;
    ++depth_;
    bool first = true;
    for (const auto& item : range) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      write_one(item);
    }
    --depth_;
    new_line();
  }

  void new_line() {
    if (indent_ < 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_) * depth_, ' ');
  }

  template <typename Number>
  void number(Number value) {
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }

  void text(const std::string& value) {
    if (plain(value)) {
      out_ += '"';
      out_ += value;
      out_ += '"';
    } else {
      using nlohmann::json;
      out_ += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
    }
  }

  std::string out_;
  int indent_;
  std::size_t depth_ = 0;
};

Json Json::array(std::initializer_list<Json> items) {
  Json made;
  made.value_ = Array(items);
  return made;
}

Json Json::object(std::initializer_list<Member> members) {
  Json made;
  made.value_ = Object();
  for (const Member& member : members) made.set(member.first, member.second);
  return made;
}

Result<Json> Json::parse(std::string_view text) {
  JsonBuilder builder;
  const bool accepted = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder).finish(accepted);
}

std::string Json::dump(int indent) const {
  JsonWriter writer(indent);
  writer.write(*this);
  return std::move(writer).finish();
}

bool Json::is_number() const {
  return std::holds_alternative<std::int64_t>(value_) ||
         std::holds_alternative<std::uint64_t>(value_) || std::holds_alternative<double>(value_);
}

bool Json::bool_or(bool otherwise) const {
  const auto* value = std::get_if<bool>(&value_);
  return value ? *value : otherwise;
}

std::int64_t Json::int_or(std::int64_t otherwise) const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  const auto* value = std::get_if<std::uint64_t>(&value_);
  return value && std::in_range<std::int64_t>(*value) ? static_cast<std::int64_t>(*value)
                                                      : otherwise;
}

std::uint64_t Json::uint_or(std::uint64_t otherwise) const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return *value;
  const auto* value = std::get_if<std::int64_t>(&value_);
  return value && *value >= 0 ? static_cast<std::uint64_t>(*value) : otherwise;
}

double Json::double_or(double otherwise) const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*value);
  return otherwise;
}

std::string_view Json::string_or(std::string_view otherwise) const {
  const auto* value = std::get_if<std::string>(&value_);
  return value ? std::string_view(*value) : otherwise;
}

std::size_t Json::size() const { return is_array() ? items().size() : members().size(); }

const Json::Array& Json::items() const {
  static const Array kNone;
  const auto* value = std::get_if<Array>(&value_);
  return value ? *value : kNone;
}

const Json::Object& Json::members() const {
  static const Object kNone;
  const auto* value = std::get_if<Object>(&value_);
  return value ? *value : kNone;
}

// Of a name that an object has twice the last one counts, as for most parsers (RFC 8259, 4).
const Json* Json::find(std::string_view key) const {
  const Object& object = members();
  const auto found = std::find_if(object.rbegin(), object.rend(),
                                  [&](const Member& member) { return member.first == key; });
  return found == object.rend() ? nullptr : &found->second;
}

void Json::push_back(Json item) {
  if (is_null()) value_ = Array();
  if (auto* array = std::get_if<Array>(&value_)) array->push_back(std::move(item));
}

Json Json::object_of(Object members) {
  Json object;
  object.value_ = std::move(members);
  return object;
}

void Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object();
  auto* object = std::get_if<Object>(&value_);
  if (!object) return;
  const auto found = std::ranges::find(*object, key, &Member::first);
  if (found == object->end()) {
    object->push_back({std::string(key), std::move(value)});
  } else {
    found->second = std::move(value);
  }
}

bool operator==(const Json& a, const Json& b) { return a.value_ == b.value_; }

}  // namespace goknot
