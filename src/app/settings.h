// SPDX-License-Identifier: Apache-2.0
// What the options that all commands share ask for.
#pragma once

#include "app/command.h"
#include "app/terminal.h"
#include "goknot/analysis/confirm.h"
#include "goknot/analysis/diagnose.h"
#include "goknot/analysis/redact.h"
#include "goknot/base/result.h"
#include "goknot/model/diagnosis.h"
#include "goknot/output/output.h"
#include "goknot/source/open.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace goknot::app {

// From which findings on the exit status is 1. None: never.
struct FailOn {
  Severity severity = Severity::leak;
  Grade grade = Grade::likely;
};

// Whether anything but errors is said.
enum class Voice : std::uint8_t { normal, quiet };

// The shared options of one run.
struct Settings {
  output::OutputOptions look;
  const output::Output* output = &output::text_output;
  std::string file;  // to write to; empty: standard output
  Voice voice = Voice::normal;
  source::OpenOptions open;
  analysis::DiagnoseOptions diagnose;
  std::chrono::milliseconds confirm = analysis::kUsualPause;  // before a second look; 0: none
  std::optional<FailOn> fail_on = FailOn();
  std::optional<analysis::RedactOptions> redact;
  std::optional<std::chrono::milliseconds> timeout;  // for everything together
};

// The shared options: how a report is written, how targets are read and judged.
std::span<const Flag> writing_flags();
std::span<const Flag> reading_flags();

// Understands the shared options. Errors: usage.
Result<Settings> make_settings(const Args& args, const Terminal& terminal);

// Whether a diagnosis has a finding that --fail-on asks for.
ExitStatus judge(const Diagnosis& diagnosis, const std::optional<FailOn>& fail_on);

}  // namespace goknot::app
