// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/quantities.h"
#include "app/session.h"
#include "goknot/analysis/group_list.h"
#include "goknot/analysis/scene.h"
#include "goknot/base/quantity.h"

#include <algorithm>
#include <charconv>

namespace goknot::app {

namespace {

constexpr std::size_t kShown = 20;

bool is_number(std::string_view word) {
  if (word.starts_with('s')) word.remove_prefix(1);
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::vector<GroupView>> groups_of(Session& session, std::span<const std::string> targets,
                                         const Args& args) {
  const Series* const series = TRY(session.open(targets));
  if (args.has("similar")) return analysis::similar_groups(analysis::subject_of(*series));
  return TRY(session.diagnose()).groups;
}

Result<ExitStatus> write(Session& session, std::vector<Section> sections) {
  TRY(session.write(
      {.schema = "goknot.groups/1", .diagnosis = {}, .sections = std::move(sections)}));
  return ExitStatus::fine;
}

Result<ExitStatus> write_one(Session& session, const std::vector<GroupView>& groups,
                             std::string_view word) {
  const std::string id = word.starts_with('s') ? std::string(word) : "s" + std::string(word);
  const auto found = std::ranges::find(groups, id, &GroupView::id);
  if (found == groups.end()) {
    return fail(Kind::not_found, "there is no group " + id + ", the last one is " +
                                     (groups.empty() ? "none" : groups.back().id));
  }
  session.show_everything();
  return write(session, {GroupList{.title = "", .groups = {*found}}});
}

// The first groups; a line counts the others.
Result<ExitStatus> write_first(Session& session, std::vector<GroupView> groups, std::size_t limit) {
  std::vector<Section> sections(1);
  if (session.writes_text() && limit > 0 && groups.size() > limit) {
    std::uint64_t left = 0;
    for (std::size_t i = limit; i < groups.size(); i++) left += groups[i].count;
    const std::string line = counted(groups.size() - limit, "more group") + " of " +
                             counted(left, "goroutine") + " (--limit 0 lists them)";
    groups.resize(limit);
    sections.emplace_back(Paragraph{.name = "rest", .lines = {line}});
  }
  sections.front() = GroupList{.title = "", .groups = std::move(groups)};
  return write(session, std::move(sections));
}

Result<ExitStatus> run(Session& session, const Args& args) {
  const bool chosen = args.words().size() > 1 && is_number(args.words().back());
  const auto targets = args.words().first(args.words().size() - (chosen ? 1 : 0));
  std::vector<GroupView> groups = TRY(groups_of(session, targets, args));
  if (chosen) return write_one(session, groups, args.words().back());
  const std::size_t limit =
      args.has("limit") ? TRY(parse_count("limit", args.value("limit"))) : kShown;
  return write_first(session, std::move(groups), limit);
}

constexpr Flag kFlags[] = {
    {.name = "similar", .summary = "join stacks that differ only in lines and in their state"},
    {.name = "limit",
     .letter = 'n',
     .takes = Takes::value,
     .value = "N",
     .summary = "show N groups (default 20, 0: all)"},
};

}  // namespace

const Command groups_command{
    .name = "groups",
    .summary = "identical stacks, counted",
    .words = "TARGET… [N]",
    .details =
        "Largest first, the runtime's own goroutines last. With the number of a group (s3 or "
        "3): its whole stack and its goroutines.",
    .examples =
        "goknot groups dump.txt               the 20 largest groups\n"
        "goknot groups dump.txt 3             all of the third\n"
        "goknot groups --similar dump.txt     fewer, coarser groups",
    .flags = kFlags,
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
