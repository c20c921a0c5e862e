// SPDX-License-Identifier: Apache-2.0
#include "tests/support/profile_builder.h"

#include <algorithm>
#include <protozero/pbf_writer.hpp>

namespace goknot::testing_support {

using protozero::pbf_writer;

ProfileBuilder::ProfileBuilder(const std::vector<std::string_view>& types) {
  for (const std::string_view type : types) {
    const std::uint64_t type_number = number(type);
    const std::uint64_t unit = number("count");
    pbf_writer profile(data_);
    pbf_writer message(profile, 1);
    message.add_uint64(1, type_number);
    message.add_uint64(2, unit);
  }
}

ProfileBuilder& ProfileBuilder::mapping(std::string_view file, std::string_view build_id) {
  pbf_writer profile(data_);
  pbf_writer message(profile, 3);
  message.add_uint64(1, 1);
  message.add_uint64(5, number(file));
  message.add_uint64(6, number(build_id));
  return *this;
}

ProfileBuilder& ProfileBuilder::function(std::uint64_t id, std::string_view name,
                                         std::string_view file) {
  pbf_writer profile(data_);
  pbf_writer message(profile, 5);
  message.add_uint64(1, id);
  message.add_uint64(2, number(name));
  message.add_uint64(4, number(file));
  return *this;
}

ProfileBuilder& ProfileBuilder::location(
    std::uint64_t id, std::uint64_t address,
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& lines) {
  pbf_writer profile(data_);
  pbf_writer message(profile, 4);
  message.add_uint64(1, id);
  message.add_uint64(3, address);
  for (const auto& [function, line] : lines) {
    pbf_writer row(message, 4);
    row.add_uint64(1, function);
    row.add_uint64(2, line);
  }
  return *this;
}

ProfileBuilder& ProfileBuilder::sample(const Numbers& locations,
                                       const std::vector<std::int64_t>& values, const Texts& texts,
                                       const Labels& numbers) {
  pbf_writer profile(data_);
  pbf_writer message(profile, 2);
  message.add_packed_uint64(1, locations.begin(), locations.end());
  for (const std::int64_t value : values) message.add_int64(2, value);  // not packed: allowed, too
  for (const auto& [key, value] : texts) {
    pbf_writer label(message, 3);
    label.add_uint64(1, number(key));
    label.add_uint64(2, number(value));
  }
  for (const auto& [key, value] : numbers) {
    pbf_writer label(message, 3);
    label.add_uint64(1, number(key));
    label.add_int64(3, value);
  }
  return *this;
}

ProfileBuilder& ProfileBuilder::time(std::int64_t nanos) {
  pbf_writer(data_).add_int64(9, nanos);
  return *this;
}

ProfileBuilder& ProfileBuilder::comment(std::string_view text) {
  pbf_writer(data_).add_uint64(13, number(text));
  return *this;
}

std::string ProfileBuilder::bytes() const {
  std::string all = data_;
  pbf_writer profile(all);
  for (const std::string& text : strings_) profile.add_string(6, text);
  return all;
}

std::uint64_t ProfileBuilder::number(std::string_view text) {
  const auto known = std::ranges::find(strings_, text);
  if (known != strings_.end()) return static_cast<std::uint64_t>(known - strings_.begin());
  strings_.emplace_back(text);
  return strings_.size() - 1;
}

}  // namespace goknot::testing_support
