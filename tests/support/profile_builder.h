// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::testing_support {

// Builds a pprof profile piece by piece; nothing keeps it from being wrong.
class ProfileBuilder {
 public:
  using Numbers = std::vector<std::uint64_t>;
  using Texts = std::vector<std::pair<std::string_view, std::string_view>>;
  using Labels = std::vector<std::pair<std::string_view, std::int64_t>>;

  // A profile of values of these types.
  explicit ProfileBuilder(const std::vector<std::string_view>& types);

  ProfileBuilder& mapping(std::string_view file, std::string_view build_id);
  ProfileBuilder& function(std::uint64_t id, std::string_view name, std::string_view file);
  // A location with lines, innermost first: function and line.
  ProfileBuilder& location(std::uint64_t id, std::uint64_t address,
                           const std::vector<std::pair<std::uint64_t, std::uint64_t>>& lines);
  ProfileBuilder& sample(const Numbers& locations, const std::vector<std::int64_t>& values,
                         const Texts& texts = {}, const Labels& numbers = {});
  ProfileBuilder& time(std::int64_t nanos);
  ProfileBuilder& comment(std::string_view text);
  // The bytes, with the string table at the end.
  std::string bytes() const;

 private:
  std::uint64_t number(std::string_view text);

  std::string data_;
  std::vector<std::string> strings_{""};
};

}  // namespace goknot::testing_support
