// SPDX-License-Identifier: Apache-2.0
#include "app/session.h"

#include "app/destination.h"
#include "app/progress.h"
#include "goknot/analysis/confirm.h"
#include "goknot/source/open.h"

#include <fmt/format.h>

#include <cstdio>
#include <vector>

namespace goknot::app {

Result<Unit> Session::use_output(std::string_view name) {
  const output::Output* const found = output::find_output(name);
  if (found == nullptr) {
    return fail(Kind::unsupported, "this build does not write " + std::string(name));
  }
  settings_.output = found;
  return Unit{};
}

Result<const Series*> Session::open(std::span<const std::string> words) {
  std::vector<source::Target> targets;
  for (const std::string& word : words) {
    targets.push_back(TRY(source::recognise_target(word)));
  }
  const Progress progress(terminal_, settings_.voice, "reading " + words.front());
  series_ = TRY(source::open(targets, settings_.open));
  if (settings_.redact) {
    Series hidden = analysis::redacted(series_, *settings_.redact);
    hidden.live = std::move(series_.live);
    series_ = std::move(hidden);
  }
  return &series_;
}

Result<Diagnosis> Session::diagnose() { return diagnose(settings_.diagnose); }

Result<Diagnosis> Session::diagnose_for_output() {
  analysis::DiagnoseOptions options = settings_.diagnose;
  if (settings_.output->extent == output::Extent::findings) {
    options.groups = analysis::GroupDetail::none;
  }
  return diagnose(options);
}

Result<Diagnosis> Session::diagnose(const analysis::DiagnoseOptions& options) {
  const Progress progress(terminal_, settings_.voice, "looking for who waits for whom");
  return analysis::confirm(series_, options, settings_.confirm);
}

Result<Unit> Session::write(const Report& report) const {
  if (settings_.voice == Voice::quiet && writes_text() && settings_.file.empty()) return Unit{};
  return write_to(settings_.file, [this, &report](output::Sink& sink) {
    return settings_.output->write(report, settings_.look, sink);
  });
}

Result<Unit> Session::write_text(std::string_view text) const {
  return write_to(settings_.file, [text](output::Sink& sink) { return sink.write(text); });
}

void Session::remark(std::string_view text) const {
  if (settings_.voice == Voice::quiet) return;
  fmt::print(stderr, "goknot: {}\n", visible(text, terminal_.charset));
}

}  // namespace goknot::app
