// SPDX-License-Identifier: Apache-2.0
// A program that goes on as a test wants it to.
#pragma once

#include "goknot/model/live_view.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::testing_support {

// What a program does after everything was copied. Its vital signs are asked for after the
// pause, which tells the looks apart.
struct Script {
  std::vector<std::uint32_t> at_once = {};  // rows that move before the pause
  std::vector<std::uint32_t> later = {};    // rows that have moved after it
  std::optional<ObjectState> lock = {};     // every lock, after it
  Vitals before = {.cpu_nanos = 1000, .turns = 1};
  Vitals after = {.cpu_nanos = 2000, .turns = 2};
};

class FakeLive final : public LiveView {
 public:
  explicit FakeLive(Script script) : script_(std::move(script)) {}

  Moment copied() const override {
    return {.at = std::chrono::steady_clock::now(), .vitals = script_.before};
  }
  std::vector<std::uint32_t> moved(std::span<const std::uint32_t> rows) const override {
    std::vector<std::uint32_t> found;
    std::ranges::copy_if(rows, std::back_inserter(found), [this](std::uint32_t row) {
      const auto is_in = [row](const auto& list) {
        return std::ranges::find(list, row) != list.end();
      };
      return is_in(script_.at_once) || (asked_ > 0 && is_in(script_.later));
    });
    return found;
  }
  std::optional<ObjectState> lock_now(const WaitObject&) const override { return script_.lock; }
  std::optional<Vitals> vitals() const override {
    ++asked_;
    return script_.after;
  }

  void describe(std::span<const std::uint32_t> rows, Snapshot& snapshot) const override {
    for (const std::uint32_t row : rows) {
      described_.push_back(row);
      snapshot.details[row].descriptor = snapshot.strings.add("tcp 10.0.0.1:80 to 10.0.0.7:5000");
    }
  }
  // The rows that were asked about.
  const std::vector<std::uint32_t>& described() const { return described_; }

  // How often the vital signs were asked for: once for a second look.
  int asked() const { return asked_; }

 private:
  Script script_;
  mutable int asked_ = 0;
  mutable std::vector<std::uint32_t> described_;
};

}  // namespace goknot::testing_support
