// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/settings.h"
#include "app/terminal.h"
#include "goknot/base/result.h"
#include "goknot/model/report.h"
#include "goknot/model/series.h"

#include <algorithm>
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

  // Writes with another output than the options chose. Errors: unsupported, there is none of it.
  Result<Unit> use_output(std::string_view name);
  // Whether answers are text for people, or JSON.
  bool writes_text() const { return settings_.output == &output::text_output; }
  bool writes_json() const { return settings_.output->name.starts_with("json"); }
  // From now on nothing is left out of texts.
  void show_everything() { settings_.look.verbosity = std::max(settings_.look.verbosity, 1); }

  // Opens targets as the user named them, in order; the series stays with the session.
  Result<const Series*> open(std::span<const std::string> words);
  // Asks a program that runs on for what is known of these goroutines only if somebody wants to see
  // them; rows of the last snapshot. Does nothing for anything else.
  void describe(std::span<const std::uint32_t> rows);
  // The same for all of its goroutines.
  void describe_all();
  // The same if a query reads the columns that this fills.
  void describe_for(std::string_view query);
  // Diagnoses what was opened. A program that runs on is looked at again: who has moved meanwhile
  // is part of no finding.
  Result<Diagnosis> diagnose();
  // The same without what the chosen output does not write.
  Result<Diagnosis> diagnose_for_output();
  // Writes a report as the options ask. That nobody reads it any more is no error.
  Result<Unit> write(const Report& report) const;
  // Writes a text of our own (help, a schema) to the same place.
  Result<Unit> write_text(std::string_view text) const;
  // Says something on standard error, unless the user wants silence.
  void remark(std::string_view text) const;

 private:
  Result<Diagnosis> diagnose(const analysis::DiagnoseOptions& options);

  Settings settings_;
  Terminal terminal_;
  Series series_;
};

}  // namespace goknot::app
