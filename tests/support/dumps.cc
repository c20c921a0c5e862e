// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"

#include "goknot/base/buffer.h"
#include "goknot/embedded.h"
#include "goknot/source/format.h"
#include "goknot/source/waits.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace goknot::testing_support {

namespace {

std::vector<Snapshot> read_text(std::string_view text) {
  for (const source::Format* format : source::formats()) {
    if (!format->sniff(text)) continue;
    auto snapshots = format->read({.name = "dump.txt", .bytes = text, .wrapped_in = {}});
    if (snapshots) return std::move(*snapshots);
    ADD_FAILURE() << snapshots.error().message;
  }
  ADD_FAILURE() << "not a dump: " << text.substr(0, 200);
  return std::vector<Snapshot>(1);
}

void add_look(Series& series, std::string_view text) {
  series.texts.push_back(std::make_unique<const Buffer>(std::string(text)));
  for (Snapshot& snapshot : read_text(series.texts.back()->view())) {
    source::add_waits(snapshot);
    series.snapshots.push_back(std::move(snapshot));
  }
}

Diagnosis diagnose_checked(const Series& series, const analysis::DiagnoseOptions& options) {
  auto diagnosis = analysis::diagnose(series, options);
  if (!diagnosis) {
    ADD_FAILURE() << diagnosis.error().message;
    return {};
  }
  EXPECT_TRUE(conserves(*diagnosis));
  return std::move(*diagnosis);
}

analysis::Shapes known_shapes() {
  auto shapes = analysis::Shapes::parse(embedded::shapes_txt);
  EXPECT_TRUE(shapes.has_value());
  return std::move(*shapes);
}

// The first thing that is wrong with the numbers of a diagnosis; empty if nothing is.
std::string wrong_sum(const Diagnosis& diagnosis) {
  std::uint64_t by_status = 0;
  for (const auto& [status, count] : diagnosis.counts.by_status) by_status += count;
  if (by_status != diagnosis.counts.goroutines) {
    return fmt::format("statuses add up to {}, goroutines are {}", by_status,
                       diagnosis.counts.goroutines);
  }
  std::uint64_t grouped = 0;
  for (const GroupView& group : diagnosis.groups) grouped += group.count;
  const bool fits = std::ranges::any_of(diagnosis.snapshots,
                                        [&](const auto& s) { return s.goroutines == grouped; });
  return fits ? "" : fmt::format("groups add up to {}, which no snapshot has", grouped);
}

std::string dangling(const Finding& finding, const absl::flat_hash_set<std::string>& groups) {
  for (const std::string& group : finding.groups) {
    if (!groups.contains(group)) return "no group is called " + group;
  }
  for (const Edge& edge : finding.edges) {
    const bool there =
        edge.object.empty() ||
        std::ranges::find(finding.objects, edge.object, &ObjectView::id) != finding.objects.end();
    if (!there) return "an edge leads to " + edge.object + ", which is not listed";
    if (edge.grade > finding.grade) return "an edge is surer than the finding";
  }
  if (finding.root_count + finding.victim_count == 0) return "it is about nobody";
  return "";
}

std::string counted_twice(const Finding& finding, absl::flat_hash_set<std::int64_t>& seen) {
  for (const auto* ids : {&finding.roots, &finding.victims}) {
    for (const std::int64_t id : *ids) {
      if (!seen.insert(id).second) return fmt::format("goroutine {} is in it a second time", id);
    }
  }
  return "";
}

std::string ids_text(const std::vector<std::int64_t>& ids, std::uint64_t count) {
  if (ids.empty() && count > 0) return fmt::format(" {} \u00d7", count);
  std::string text;
  for (const std::int64_t id : ids) text += fmt::format(" {}", id);
  return text;
}

}  // namespace

Series read_dump(std::string_view text) { return read_looks({text}); }

Series read_looks(std::initializer_list<std::string_view> texts) {
  Series series;
  for (const std::string_view text : texts) add_look(series, text);
  return series;
}

Diagnosis diagnose_dump(std::string_view text, const analysis::DiagnoseOptions& options) {
  return diagnose_checked(read_dump(text), options);
}

Diagnosis diagnose_series(const Series& series) { return diagnose_checked(series, {}); }

Diagnosis diagnose_looks(std::initializer_list<std::string_view> texts) {
  return diagnose_checked(read_looks(texts), {});
}

testing::AssertionResult conserves(const Diagnosis& diagnosis) {
  std::string wrong = wrong_sum(diagnosis);
  if (!wrong.empty()) return testing::AssertionFailure() << wrong;
  absl::flat_hash_set<std::string> groups;
  for (const GroupView& group : diagnosis.groups) groups.insert(group.id);
  absl::flat_hash_set<std::int64_t> seen;
  for (const Finding& finding : diagnosis.findings) {
    wrong = dangling(finding, groups);
    if (wrong.empty()) wrong = counted_twice(finding, seen);
    if (!wrong.empty())
      return testing::AssertionFailure() << finding_line(finding) << ": " << wrong;
  }
  return testing::AssertionSuccess();
}

std::string finding_line(const Finding& finding) {
  std::string text =
      fmt::format("{} {} {} {}:{}", finding.rule, name_of(finding.shape), name_of(finding.severity),
                  name_of(finding.grade), ids_text(finding.roots, finding.root_count));
  if (finding.victim_count > 0) text += " <" + ids_text(finding.victims, finding.victim_count);
  return text;
}

std::string findings_of(const Diagnosis& diagnosis) {
  std::string text;
  for (const Finding& finding : diagnosis.findings) {
    if (!text.empty()) text += "\n";
    text += finding_line(finding);
  }
  return text;
}

std::string findings_of(std::string_view text) { return findings_of(diagnose_dump(text)); }

std::string culprit_of(const Diagnosis& diagnosis) {
  if (diagnosis.findings.empty() || diagnosis.findings.front().culprits.empty()) return "";
  return diagnosis.findings.front().culprits.front().place.function;
}

Stage::Stage(std::string_view text) : Stage(read_dump(text)) {}

Stage::Stage(std::initializer_list<std::string_view> looks) : Stage(read_looks(looks)) {}

Stage::Stage(Series series)
    : series_(std::move(series)), shapes_(known_shapes()), scene_(series_, shapes_) {}

std::uint32_t Stage::row(std::int64_t id) const {
  const auto row = scene_.find(id);
  EXPECT_TRUE(row.has_value()) << "no goroutine " << id;
  return row.value_or(0);
}

}  // namespace goknot::testing_support
