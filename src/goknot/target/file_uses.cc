// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_uses.h"

#include "goknot/target/calls_ahead.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace goknot::target {

namespace {

using Names = std::span<const std::string_view>;

// What asks the kernel for a file lock; each gives it back, too.
constexpr std::array<std::string_view, 4> kLocking = {"syscall.Flock", "syscall.FcntlFlock",
                                                      "golang.org/x/sys/unix.Flock",
                                                      "golang.org/x/sys/unix.FcntlFlock"};
// What ends the life of a descriptor, and with it of its lock.
constexpr std::array<std::string_view, 2> kClosing = {"os.(*File).Close", "os.(*file).close"};

constexpr int kLockingDepth = 3;         // functions between a loop that retries and the call
constexpr int kClosingDepth = 5;         // between a deferred function and the call
constexpr std::size_t kInnermost = 12;   // activations among which such a loop is looked for
constexpr std::size_t kBelowLoop = 8;    // and those outside it that may have the file
constexpr std::size_t kMostFrame = 512;  // words of one frame
constexpr int kHeldDepth = 1;            // objects between a variable and its os.File
constexpr int kSharedDepth = 2;          // the same for a variable that closures share: one more
constexpr int kCapturedDepth = 2;        // between what a deferred call was given and its os.File
constexpr Address kWord = 8;

// Goroutines that are in the middle of trying: between two tries, in one, or about to.
//     for {
//       if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil { return nil }
//       time.Sleep(50 * time.Millisecond)
//     }
bool may_retry(const GoroutineRecord& record) {
  switch (record.status.state) {
    case State::syscall:
    case State::runnable:
    case State::preempted:
      return true;
    case State::waiting:
      break;
    default:
      return false;
  }
  return record.parked.reason == WaitReason::sleep ||
         record.parked.reason == WaitReason::chan_receive ||
         record.parked.reason == WaitReason::select;
}

}  // namespace

FileUses::FileUses(Code& code, const Module& module, std::span<const ContendedFile> files)
    : code_(code), callees_(code) {
  for (const ContendedFile& file : files) {
    for (const auto* side : {&file.owners, &file.others}) {
      for (const int fd : *side) wanted_.push_back({fd, file.path});
    }
    listed_ = listed_ && file.listed;
    owners_.insert(owners_.end(), file.owners.begin(), file.owners.end());
    others_.insert(others_.end(), file.others.begin(), file.others.end());
  }
  if (!wanted_.empty()) spans_ = Spans::read(code.memory(), code.layout(), module);
  if (spans_) objects_.emplace(code.memory(), *spans_, wanted_);
}

void FileUses::note(const Specimen& specimen, const Surroundings& surroundings,
                    std::span<const std::uint32_t> depths) {
  if (!objects_) return;
  note_closes(specimen, surroundings, depths);
  if (!may_retry(specimen.record)) return;
  if (const auto innermost = locking_frame(specimen)) note_want(specimen, depths, *innermost);
}

bool FileUses::locks_files(const Activation& activation, int depth) {
  const Site& site = *activation.site;
  return site.table != nullptr && callees_.leads_to(site.function.entry, kLocking, depth);
}

bool FileUses::leads_back(const Activation& activation) {
  return calls_ahead(code_, callees_, *activation.site, kLocking, kLockingDepth);
}

// The innermost function that may ask for a lock.
std::optional<std::size_t> FileUses::locking_frame(const Specimen& specimen) {
  const std::size_t end = std::min(specimen.activations.size(), kInnermost);
  for (std::size_t i = 0; i < end; ++i) {
    if (locks_files(specimen.activations[i], kLockingDepth)) return i;
  }
  return std::nullopt;
}

// The file it wants to lock is in the variables of the loop, or of who called it for that.
void FileUses::note_want(const Specimen& specimen, std::span<const std::uint32_t> depths,
                         std::size_t innermost) {
  const std::size_t end = std::min(specimen.activations.size(), innermost + kBelowLoop);
  for (std::size_t i = innermost; i < end && locks_files(specimen.activations[i], kLockingDepth);
       ++i) {
    std::vector<int> fds = in_variables(specimen, i, kHeldDepth, others_);
    if (fds.empty()) fds = in_variables(specimen, i, kSharedDepth, others_);
    if (fds.empty()) continue;
    if (listed_) fds.resize(1);  // the innermost variable
    const bool supported = leads_back(specimen.activations[innermost]);
    for (const int fd : fds) {
      uses_.push_back({.goroutine = specimen.record.key.id,
                       .frame = depths[innermost],
                       .fd = fd,
                       .kind = FileUse::Kind::wants,
                       .supported = supported});
    }
    return note_kept(specimen, depths, i + 1);
  }
}

// Without a deferred call, the outermost function that has the locked file in its variables and
// could have opened it.
void FileUses::note_kept(const Specimen& specimen, std::span<const std::uint32_t> depths,
                         std::size_t outside) {
  for (std::size_t i = specimen.activations.size(); i-- > outside;) {
    if (!locks_files(specimen.activations[i], kLockingDepth)) continue;
    const std::vector<int> fds = in_variables(specimen, i, kHeldDepth, owners_);
    if (fds.empty()) continue;
    uses_.push_back({.goroutine = specimen.record.key.id,
                     .frame = depths[i],
                     .fd = fds.front(),
                     .kind = FileUse::Kind::keeps});
    return;
  }
}

void FileUses::note_closes(const Specimen& specimen, const Surroundings& surroundings,
                           std::span<const std::uint32_t> depths) {
  if (owners_.empty()) return;
  for (const PendingCall& call : pending_calls(code_, specimen, surroundings)) {
    const bool unlocks = callees_.leads_to(call.code, kLocking, kClosingDepth);
    if (!unlocks && !callees_.leads_to(call.code, kClosing, kClosingDepth)) continue;
    for (const auto* words : {&call.arguments, &call.captured}) {
      for (const auto& word : *words) {
        const auto fd = first_among(specimen, word.value_or(0), kCapturedDepth, owners_);
        if (!fd) continue;
        uses_.push_back({.goroutine = specimen.record.key.id,
                         .frame = depths[call.activation],
                         .fd = *fd,
                         .kind = FileUse::Kind::closes,
                         .supported = unlocks || locks_files(specimen.activations[call.activation],
                                                             kClosingDepth)});
        break;
      }
    }
  }
}

// Each once, those of the lowest variables first.
std::vector<int> FileUses::in_variables(const Specimen& specimen, std::size_t activation, int depth,
                                        std::span<const int> among) {
  std::vector<int> fds;
  const Address begin = specimen.activations[activation].sp;
  // Its arguments lie in the frame of its caller.
  const std::size_t next = activation + 1;
  Address end =
      next < specimen.activations.size() ? specimen.activations[next].sp : specimen.stack.end();
  end = std::min(end, begin + kMostFrame * kWord);
  for (Address at = begin; at + kWord <= end; at += kWord) {
    const Address word = specimen.stack.word(at).value_or(0);
    const auto fd = first_among(specimen, word, depth, among);
    if (fd && std::ranges::find(fds, *fd) == fds.end()) fds.push_back(*fd);
  }
  return fds;
}

std::optional<int> FileUses::first_among(const Specimen& specimen, Address pointer, int depth,
                                         std::span<const int> among) {
  if (pointer < 4096 || pointer % kWord != 0) return std::nullopt;
  // A variable on the stack that was taken by its address.
  if (const auto word = specimen.stack.word(pointer)) pointer = *word;
  for (const int fd : objects_->reached(pointer, depth)) {
    if (std::ranges::find(among, fd) != among.end()) return fd;
  }
  return std::nullopt;
}

}  // namespace goknot::target
