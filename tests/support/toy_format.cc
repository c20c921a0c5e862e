// SPDX-License-Identifier: Apache-2.0
#include "tests/support/toy_format.h"

#include <ranges>

namespace goknot::testing_support {

namespace {

bool looks_like_toy(std::string_view bytes) { return bytes.starts_with("toy\n"); }

Snapshot snapshot_at(std::uint64_t line, std::string_view text) {
  Snapshot snapshot;
  snapshot.line = line;
  snapshot.text = text;
  snapshot.origin.format = "toy";
  return snapshot;
}

Result<std::vector<Snapshot>> read_toy(const source::Input& input) {
  std::vector<Snapshot> all;
  std::uint64_t number = 0;
  for (const auto part : std::views::split(input.bytes, '\n')) {
    const std::string_view line(part.begin(), part.end());
    ++number;
    if (line == "broken") return fail(Kind::damaged, input.name + ": a broken toy");
    if (line == "toy" || line == "again") all.push_back(snapshot_at(number, input.bytes));
    if (line == "go") all.back().goroutines.emplace_back();
  }
  return all;
}

constexpr source::Format kToy = {
    .name = "toy", .summary = "for tests", .sniff = looks_like_toy, .read = read_toy};
constexpr const source::Format* kToys[] = {&kToy};

}  // namespace

std::span<const source::Format* const> toy_formats() { return kToys; }

}  // namespace goknot::testing_support
