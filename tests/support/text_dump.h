// SPDX-License-Identifier: Apache-2.0
// Reading text dumps in tests, and saying what was read as text.
#pragma once

#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::source {

// The snapshots of a text that can be read.
inline std::vector<Snapshot> read_text(std::string_view text) {
  auto snapshots = text_dump_format.read({.name = "dump.txt", .bytes = text, .wrapped_in = {}});
  EXPECT_TRUE(snapshots.has_value());
  return snapshots ? std::move(*snapshots) : std::vector<Snapshot>();
}

// The only snapshot of a text.
inline Snapshot read_one(std::string_view text) {
  std::vector<Snapshot> snapshots = read_text(text);
  EXPECT_EQ(snapshots.size(), 1U);
  return snapshots.empty() ? Snapshot() : std::move(snapshots.front());
}

// "main.f /a.go:12, main.g"; a frame without a file has none.
inline std::string stack_text(const Snapshot& snapshot, StackId stack) {
  std::string text;
  for (const FrameId frame : snapshot.stacks.frames(stack)) {
    text += text.empty() ? "" : ", ";
    text += snapshot.function(frame);
    if (snapshot.file(frame).empty()) continue;
    text +=
        " " + std::string(snapshot.file(frame)) + ":" + std::to_string(snapshot.stacks[frame].line);
  }
  return text;
}

// The stack of a goroutine by its row.
inline std::string stack_of(const Snapshot& snapshot, std::size_t row) {
  return stack_text(snapshot, snapshot.goroutines.at(row).stack);
}

}  // namespace goknot::source
