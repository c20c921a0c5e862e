// SPDX-License-Identifier: Apache-2.0
// One snapshot while its text is being read.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/source/format.h"
#include "goknot/source/text_dump_frame.h"
#include "goknot/source/text_dump_header.h"
#include "goknot/source/text_dump_version.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// What became of a goroutine that was ended.
enum class Ended : std::uint8_t {
  kept,      // it is in the snapshot, or there was none to end
  returned,  // its id was there with another stack: it belongs to a later snapshot, and is not kept
};

// What a goroutine does whose id was met before, with another stack.
enum class OnReturn : std::uint8_t {
  keep,    // counts again: another thread's view of the same crash
  refuse,  // begins the next snapshot
};

// Whether what two readers have read became one.
enum class Joined : std::uint8_t {
  yes,
  no,  // only reading on, line by line, tells what the later part means; nothing has changed
};

// Fills a Snapshot goroutine by goroutine, in the order of the text:
// begin, add_frame…, created_by, begin_ancestor, add_frame…, end.
class DumpBuilder {
 public:
  explicit DumpBuilder(const Input& input);

  // Makes room for a dump of so many bytes.
  void expect(std::size_t bytes);
  // The number of a place. `file` may be null: unknown.
  FrameId frame(const FunctionLine& function, const FileLine* file);
  FrameId creator(const CreatedBy& created, const FileLine* file);

  // Opens a goroutine; `line` is that of its header. No other may be open.
  void begin(const GoroutineHeader& header, std::uint32_t line);
  // Adds the next outer frame to the stack or ancestor that is open.
  void add_frame(FrameId frame, std::string_view arguments);
  // Says that `count` frames were left out here.
  void elide(std::uint32_t count);
  void set_creator(FrameId creator, std::int64_t parent);
  void begin_ancestor(std::int64_t id);
  void set_stack_unavailable();
  // Closes what is open.
  Ended end(OnReturn on_return);
  // Adds the goroutines of a later part of the text, which begins so many lines after this one.
  // No, if it has one of the goroutines again. Nothing may be open in either.
  Joined join(const DumpBuilder& later, std::uint32_t lines);

  // Whether a goroutine is open, and whether it waits for more frames (no creator was seen).
  bool is_open() const { return open_; }
  bool takes_frames() const { return open_ && (!has_creator_ || in_ancestor_); }
  bool has_goroutines() const { return !snapshot_.goroutines.empty(); }
  bool in_ancestor() const { return in_ancestor_; }
  // How many frames the open stack has.
  std::size_t depth() const { return in_ancestor_ ? ancestor_frames_.size() : frames_.size(); }

  // Whether the open stack ends where stacks end, so that nothing is expected after it.
  bool seems_whole() const;
  // Whether the last goroutine's stack has an end: it was started somewhere, or is main's.
  bool last_is_whole() const { return last_is_whole_; }
  // The snapshot so far; what the builder does not know (cause, gaps of the text) is added there.
  Snapshot& snapshot() { return snapshot_; }
  VersionEvidence& version() { return version_; }
  // Ends the work: what the whole of the goroutines tells, goes into origin and gaps.
  Snapshot finish() &&;

 private:
  enum FrameTrait : std::uint8_t {
    kRuntime = 1,    // a function of package runtime
    kUserEntry = 2,  // one that starts goroutines of the program: runtime.main, corostart
    kGoexit = 4,
    kFinalizers = 8,  // runs finalizers or cleanups
    kHidden = 16,     // printed only by dumps that show the runtime's frames
    kMain = 32,       // where goroutine 1 begins
  };

  // A status as printed, and what it means.
  struct KnownStatus {
    StringId key;
    State state = State::unknown;
    WaitReason reason = WaitReason::none;
    bool leaked = false, durable = false;
  };

  const KnownStatus& status_of(const GoroutineHeader& header);
  FrameId intern(Frame frame);
  std::uint8_t traits_of(std::string_view function, const Frame& frame) const;
  bool is_system(const Goroutine& row) const;
  bool is_whole(const Goroutine& row) const;
  bool ends_program() const;
  std::size_t entry_depth() const;
  void learn_goarch(std::string_view file);
  void learn_detail(const Goroutine& row);
  void end_ancestor();
  void add_labels(const GoroutineHeader& header);
  TextSpan span_of(std::string_view text) const;
  void count_gaps();
  void join_rows(const DumpBuilder& later, std::uint32_t lines);
  void join_evidence(const DumpBuilder& later);

  Snapshot snapshot_;
  std::string_view text_;
  VersionEvidence version_;
  absl::flat_hash_map<std::string_view, KnownStatus> statuses_;  // by their text
  std::vector<std::uint8_t> traits_;                             // by FrameId
  absl::flat_hash_map<std::int64_t, std::uint32_t> rows_;        // first row of an id
  std::vector<FrameId> frames_;                                  // of the open goroutine
  std::vector<FrameId> ancestor_frames_;                         // of the open ancestor
  Goroutine row_;
  Ancestor ancestor_;
  std::size_t first_ancestor_ = 0;  // of the open goroutine
  std::uint32_t elided_at_ = 0, elided_ = 0;
  std::uint64_t elided_stacks_ = 0, unavailable_ = 0, condensed_ = 0;
  bool open_ = false, has_creator_ = false, in_ancestor_ = false, dead_ = false;
  bool last_is_whole_ = true;
  bool saw_sp_ = false, saw_g_ = false, saw_waiting_ = false, saw_hidden_waiting_ = false;
};

}  // namespace goknot::source
