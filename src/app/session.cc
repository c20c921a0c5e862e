// SPDX-License-Identifier: Apache-2.0
#include "app/session.h"

#include "app/destination.h"
#include "app/progress.h"
#include "goknot/analysis/confirm.h"
#include "goknot/source/open.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace goknot::app {

namespace {

// A program of which nothing more is told, for what is told now would not be hidden.
class DiscreetView final : public LiveView {
 public:
  explicit DiscreetView(std::unique_ptr<const LiveView> view) : view_(std::move(view)) {}

  Moment copied() const override { return view_->copied(); }
  std::vector<std::uint32_t> moved(std::span<const std::uint32_t> rows) const override {
    return view_->moved(rows);
  }
  std::optional<ObjectState> lock_now(const WaitObject& lock) const override {
    return view_->lock_now(lock);
  }
  std::optional<Vitals> vitals() const override { return view_->vitals(); }

 private:
  std::unique_ptr<const LiveView> view_;
};

// Whether an SQL query has to do with the columns `descriptor` and `call` of goroutines, or may
// have.
bool reads_descriptions(std::string_view query) {
  for (const std::string_view word : {"descriptor", "call"}) {
    if (query.contains(word)) return true;
  }
  // "select *", but not "count(*)".
  for (std::size_t at = query.find('*'); at != query.npos; at = query.find('*', at + 1)) {
    const std::size_t before = query.find_last_not_of(" \t\n", at == 0 ? 0 : at - 1);
    if (before == query.npos || query[before] != '(') return true;
  }
  return false;
}

}  // namespace

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
    describe_all();
    Series hidden = analysis::redacted(series_, *settings_.redact);
    if (series_.live) hidden.live = std::make_unique<DiscreetView>(std::move(series_.live));
    series_ = std::move(hidden);
  }
  return &series_;
}

void Session::describe(std::span<const std::uint32_t> rows) {
  if (!series_.live || series_.snapshots.empty()) return;
  series_.live->describe(rows, series_.snapshots.back());
}

void Session::describe_all() {
  if (!series_.live || series_.snapshots.empty()) return;
  std::vector<std::uint32_t> rows(series_.snapshots.back().goroutines.size());
  std::iota(rows.begin(), rows.end(), 0U);
  describe(rows);
}

void Session::describe_for(std::string_view query) {
  if (reads_descriptions(query)) describe_all();
}

Result<Diagnosis> Session::diagnose() { return diagnose(settings_.diagnose); }

Result<Diagnosis> Session::diagnose_for_output() {
  analysis::DiagnoseOptions options = settings_.diagnose;
  if (settings_.output->name == "json-full") describe_all();
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
