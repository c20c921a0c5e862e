// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_lock_rows.h"

#include "goknot/model/arguments.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace goknot::target {

namespace {

using Kind = FileUse::Kind;

// Whether an argument may be a limit to the time of trying: whole milliseconds, less than a quarter
// of an hour. Neither addresses nor small numbers look like that.
// Libraries that retry for a lock mostly take a time.Duration: bolt.Options{Timeout: time.Second}.
bool may_be_limit(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kMillisecond = 1'000'000;
  return nanoseconds != 0 && nanoseconds % kMillisecond == 0 &&
         nanoseconds < 900'000 * kMillisecond;
}

// Writes the rows of one snapshot.
class Rows {
 public:
  Rows(std::span<const FileUse> uses, Snapshot& snapshot) : uses_(uses), snapshot_(snapshot) {
    for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
      rows_.try_emplace(snapshot.goroutines[row].id, row);
    }
  }

  void add(const ContendedFile& file);

 private:
  struct Waiter {
    std::uint32_t row = 0;
    std::uint32_t frame = 0;
    bool limited = false;
  };

  std::optional<std::uint32_t> row_of(const FileUse& use) const;
  std::vector<Waiter> waiters(const ContendedFile& file) const;
  std::optional<Waiter> waiter(const FileUse& use) const;
  bool has_limit(std::uint32_t row, std::uint32_t frame) const;
  ObjectId add_object(const ContendedFile& file);
  void add_wait(const Waiter& waiter, ObjectId object);
  void add_holds(const ContendedFile& file, ObjectId object);
  void add_holders(const ContendedFile& file, ObjectId object);

  std::span<const FileUse> uses_;
  Snapshot& snapshot_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> rows_;
};

void Rows::add(const ContendedFile& file) {
  const std::vector<Waiter> found = waiters(file);
  if (found.empty()) return;
  const ObjectId object = add_object(file);
  for (const Waiter& waiter : found) add_wait(waiter, object);
  add_holds(file, object);
  add_holders(file, object);
}

std::optional<std::uint32_t> Rows::row_of(const FileUse& use) const {
  const auto found = rows_.find(use.goroutine);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Rows::Waiter> Rows::waiters(const ContendedFile& file) const {
  std::vector<Waiter> found;
  for (const FileUse& use : uses_) {
    if (use.kind != Kind::wants || !file.has_other(use.fd)) continue;
    if (const auto waiter = this->waiter(use)) found.push_back(*waiter);
  }
  return found;
}

// A goroutine that waits for channels tries again only if a timer sends to one of them; another of
// them may end the trying.
std::optional<Rows::Waiter> Rows::waiter(const FileUse& use) const {
  const auto row = row_of(use);
  if (!row) return std::nullopt;
  Waiter waiter{.row = *row, .frame = use.frame, .limited = has_limit(*row, use.frame)};
  const WaitReason reason = snapshot_.goroutines[*row].reason;
  if (reason != WaitReason::select && reason != WaitReason::chan_receive) return waiter;
  bool timed = false;
  for (const Wait& wait : std::ranges::equal_range(snapshot_.waits, *row, {}, &Wait::goroutine)) {
    const std::uint32_t state =
        wait.object ? snapshot_.objects[wait.object.index()].state : WaitObject::kNoState;
    const bool timer =
        state != WaitObject::kNoState && snapshot_.object_states[state].time_left.has_value();
    (timer ? timed : waiter.limited) = true;
  }
  return timed ? std::optional(waiter) : std::nullopt;
}

bool Rows::has_limit(std::uint32_t row, std::uint32_t frame) const {
  const auto words = parse_arguments(snapshot_.argument_text(snapshot_.goroutines[row], frame));
  return std::ranges::any_of(
      words, [](const Argument& word) { return word.known && may_be_limit(word.value); });
}

ObjectId Rows::add_object(const ContendedFile& file) {
  const ObjectId id(snapshot_.objects.size());
  WaitObject& object = snapshot_.objects.emplace_back();
  object.kind = ObjectKind::file_lock;
  object.identity = Identity::exact;
  object.name = snapshot_.strings.add(file.path.substr(file.path.rfind('/') + 1));
  return id;
}

// In place of what the goroutine was seen to wait for: the sleep or the timer between two tries.
void Rows::add_wait(const Waiter& waiter, ObjectId object) {
  std::erase_if(snapshot_.waits, [&](const Wait& wait) { return wait.goroutine == waiter.row; });
  const Wait wait{.goroutine = waiter.row,
                  .object = object,
                  .kind = ObjectKind::file_lock,
                  .operation = Operation::lock,
                  .identity = Identity::exact,
                  .frame = waiter.frame,
                  .limited = waiter.limited};
  snapshot_.waits.insert(
      std::ranges::upper_bound(snapshot_.waits, waiter.row, {}, &Wait::goroutine), wait);
}

void Rows::add_holds(const ContendedFile& file, ObjectId object) {
  for (const FileUse& use : uses_) {
    if (use.kind == Kind::wants || !file.has_owner(use.fd)) continue;
    if (!file.listed && !use.supported) continue;
    const auto row = row_of(use);
    if (!row) continue;
    const bool closes = use.kind == Kind::closes;
    const bool known = std::ranges::any_of(snapshot_.holds, [&](const Hold& hold) {
      return hold.object == object && hold.goroutine == *row;
    });
    if (known) continue;
    const bool exact = closes && file.listed;
    snapshot_.holds.push_back(
        {.goroutine = *row,
         .object = object,
         .mode = Operation::lock,
         .evidence = file.listed ? HoldEvidence::kernel_table : HoldEvidence::pending_unlock,
         .frame = use.frame,
         .strength = exact ? HoldStrength::exact : HoldStrength::likely});
  }
  std::ranges::stable_sort(snapshot_.holds, {}, &Hold::goroutine);
}

void Rows::add_holders(const ContendedFile& file, ObjectId object) {
  for (const FileLockHolder& holder : file.holders) {
    FileHold& hold = snapshot_.file_holds.emplace_back();
    hold.object = object;
    hold.path = snapshot_.strings.add(file.path);
    hold.fd = holder.own && !file.owners.empty() ? file.owners.front() : -1;
    hold.holder = {.pid = holder.pid,
                   .name = snapshot_.strings.add(holder.name),
                   .standstill = snapshot_.strings.add(holder.standstill),
                   .own = holder.own};
  }
}

}  // namespace

// A file that was locked by others meanwhile is used, not stuck.
std::vector<ContendedFile> still_contended(std::span<const ContendedFile> before,
                                           std::span<const ContendedFile> after) {
  std::vector<ContendedFile> both;
  for (const ContendedFile& file : before) {
    const auto later = std::ranges::find(after, file.path, &ContendedFile::path);
    if (later == after.end() || later->owners != file.owners) continue;
    if (later->holders != file.holders) continue;
    ContendedFile& same = both.emplace_back(file);
    std::erase_if(same.others, [&](int fd) { return !later->has_other(fd); });
  }
  return both;
}

void add_file_locks(std::span<const FileUse> uses, std::span<const ContendedFile> files,
                    Snapshot& snapshot) {
  if (uses.empty()) return;
  // Deferred calls come first: they tell more than a variable.
  std::vector<FileUse> sorted(uses.begin(), uses.end());
  std::ranges::stable_sort(sorted, {}, &FileUse::kind);
  Rows rows(sorted, snapshot);
  for (const ContendedFile& file : files) rows.add(file);
}

}  // namespace goknot::target
