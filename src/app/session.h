// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/settings.h"
#include "app/terminal.h"
#include "goknot/base/result.h"
#include "goknot/model/report.h"
#include "goknot/model/series.h"

#include <span>
#include <string>
#include <string_view>

namespace goknot::app {

// What all front ends share: the options of this run, what was opened, and where answers go.
class Session {
 public:
  explicit Session(Settings settings, Terminal terminal = {})
      : settings_(std::move(settings)), terminal_(std::move(terminal)) {}

  const Settings& settings() const { return settings_; }
  const Terminal& terminal() const { return terminal_; }

  // Opens targets as the user named them, in order; the series stays with the session.
  Result<const Series*> open(std::span<const std::string> words);
  // Diagnoses what was opened.
  Result<Diagnosis> diagnose() const;
  // Writes a report as the options ask. That nobody reads it any more is no error.
  Result<Unit> write(const Report& report) const;
  // Writes a text of our own (help, a schema) to the same place.
  Result<Unit> write_text(std::string_view text) const;
  // Says something on standard error, unless the user wants silence.
  void remark(std::string_view text) const;

 private:
  Settings settings_;
  Terminal terminal_;
  Series series_;
};

}  // namespace goknot::app
