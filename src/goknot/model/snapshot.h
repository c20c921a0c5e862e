// SPDX-License-Identifier: Apache-2.0
// The waist going in: what every source fills and every analysis reads. Plain facts, no opinions.
//
// A Snapshot is a set of tables. Rows refer to each other by number (Id), text is kept once
// (Strings), equal frames and equal stacks are one row: a million goroutines are a million small
// rows over a few thousand stacks.
#pragma once

#include "goknot/base/id.h"
#include "goknot/base/strings.h"
#include "goknot/model/gap.h"
#include "goknot/model/origin.h"
#include "goknot/model/status.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot {

// One place in code. Equal places (offset included) are one row.
struct Frame {
  StringId function;       // as Go prints it, without arguments: "main.(*Hub).Add"; damage repaired
  StringId file;           // empty: unknown
  std::uint32_t line = 0;  // 0: unknown
  std::uint32_t offset = 0;  // bytes after the function's entry, 0: unknown or inlined
  bool inlined = false;      // printed as "f(...)": belongs to the frame outside it
  bool foreign = false;      // not Go: C code seen through cgo

  friend bool operator==(const Frame&, const Frame&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Frame& f) {
    return H::combine(std::move(h), f.function.value, f.file.value, f.line, f.offset, f.inlined,
                      f.foreign);
  }
};

using FrameId = Id<Frame>;

// A call stack: rows [first, first + size) of Stacks' pool, innermost frame first.
struct Stack {
  std::uint32_t first = 0;
  std::uint32_t size = 0;
  std::uint32_t elided_at = 0;  // frames left out by the runtime stood before this frame …
  std::uint32_t elided = 0;     // … so many; kElidedUnknown if it did not say. 0: none
};

inline constexpr std::uint32_t kElidedUnknown = 0xffffffff;

using StackId = Id<Stack>;

// Frames and stacks, each kept once.
class Stacks {
 public:
  // The number of a frame or stack, new or known. `frames` is innermost first.
  FrameId add(const Frame& frame);
  StackId add(std::span<const FrameId> frames, std::uint32_t elided_at = 0,
              std::uint32_t elided = 0);

  const Frame& operator[](FrameId id) const { return frames_[id.index()]; }
  const Stack& operator[](StackId id) const { return stacks_[id.index()]; }
  // The frames of a stack, innermost first.
  std::span<const FrameId> frames(StackId id) const;
  std::size_t frame_count() const { return frames_.size(); }
  std::size_t size() const { return stacks_.size(); }

 private:
  std::vector<Frame> frames_;
  std::vector<FrameId> pool_;
  std::vector<Stack> stacks_;
  // Where a stack stands in the open-addressing table, by hash of its frames.
  struct Slot {
    std::uint32_t hash = 0;
    StackId stack;
  };

  bool equals(StackId id, std::span<const FrameId> frames, std::uint32_t elided_at,
              std::uint32_t elided) const;
  void grow();

  absl::flat_hash_map<Frame, FrameId> frame_numbers_;
  std::vector<Slot> slots_;  // a power of two of them, at most half full
};

// A piece of the text a snapshot was read from.
// One word: a dump has millions of them. 40 bits reach through a text of 1 TB, 24 through one
// argument list of 16 MB.
struct TextSpan {
  std::uint64_t offset : 40 = 0;
  std::uint64_t length : 24 = 0;
};

// The labels of a goroutine; those of many are mostly the same set, and one row.
struct LabelSet {
  std::vector<std::pair<StringId, StringId>> labels;  // pprof.Do: key, value
};

using LabelsId = Id<LabelSet>;

// Whether anything that can still run refers to what a goroutine waits for, as far as the heap was
// followed.
enum class Reach : std::uint8_t {
  unknown,    // it was not looked into
  reached,    // something does; whether it will ever act is another question
  unreached,  // nothing was found to, in several looks while the program ran on
  never,      // nothing does: what was read is of one instant
};

// Whether nothing was found that refers to it.
constexpr bool is_unreached(Reach reach) {
  return reach == Reach::unreached || reach == Reach::never;
}

// One goroutine; or, where the source has counts only, `count` goroutines that look the same.
struct Goroutine {
  std::int64_t id = kNoGoroutine;      // goid; 0 for a thread's own stack (g0)
  std::int64_t parent = kNoGoroutine;  // goid of its creator, if told
  StackId stack;
  FrameId creator;  // where it was started; none for main and where the source has none
  StringId status;  // as the report's counts.by_status names it
  LabelsId labels;
  std::uint32_t count = 1;
  std::uint32_t first_argument =
      0;                   // row of `arguments` of the innermost frame; see Snapshot::argument_text
  std::uint32_t line = 0;  // of its header in the input, 0: unknown
  std::int32_t wait_minutes = -1;  // whole minutes as printed; -1: not told, which is not zero
  State state = State::unknown;
  WaitReason reason = WaitReason::none;
  Reach reach = Reach::unknown;
  bool system : 1 = false;  // the runtime's own
  bool leaked : 1 = false;  // so marked by the runtime (go1.26)
  bool locked_to_thread : 1 = false;
  bool durable : 1 = false;        // durably blocked in a synctest bubble (go1.25)
  bool current : 1 = false;        // the one a debugger or signal stood on
  bool has_arguments : 1 = false;  // first_argument is meaningful
  bool stack_cut : 1 = false;      // the text ended or the stack was unavailable
  std::uint32_t bubble = 0;        // synctest bubble, 0: none

  static constexpr std::int64_t kNoGoroutine = -1;
};

// What only memory and the kernel tell of a goroutine.
struct GoroutineDetail {
  std::optional<std::int64_t> time_left;  // nanoseconds until its sleep or deadline ends; < 0: over
  std::uint64_t stack_used = 0;           // bytes; 0 while it runs
  std::uint64_t stack_reserved = 0;       // bytes
  // Bytes of heap that are kept because it refers to them, and by nobody alive. Told of those that
  // nothing alive refers to; what several of them keep is counted with the first, so that a sum is
  // a sum.
  std::optional<std::uint64_t> heap_held;
  std::int32_t fd = -1;     // descriptor the poller wakes it for, -1: none
  std::int32_t thread = 0;  // id of the thread it is on, 0: none, or not known
  std::int32_t cpu = -1;    // the CPU that thread was last on, -1: not told
  FrameId start;            // of the function it was started with; none: not told
  StringId descriptor;  // what `fd` is: "tcp 10.0.0.1:80 to 10.0.0.7:51000 established"; empty: not
                        // looked up
  StringId call;        // the system call its thread is in: "read(7, 0xc0000b2000, 0x200)"
};

// A call that a goroutine has deferred and that has not begun.
struct DeferredCall {
  std::uint32_t goroutine = 0;  // row of Snapshot::goroutines
  std::uint32_t frame = 0;      // depth of the frame that deferred it
  StringId function;            // "main.(*Hub).close", "main.serve.func1"
  // Of a method of package sync: the address of what it is called on, &wg of `defer wg.Done()`.
  // None: it is another function, or that could not be told.
  std::optional<std::uint64_t> receiver = {};
};

// A block "[originating from goroutine N]": the stack of a creator at the time of creation.
struct Ancestor {
  std::uint32_t goroutine = 0;  // row of Snapshot::goroutines
  std::int64_t id = 0;          // goid of the ancestor
  StackId stack;
  FrameId creator;  // where the ancestor itself was started; none: it is main, or not told
};

// What can be waited for.
enum class ObjectKind : std::uint8_t {
  unknown,
  channel,
  mutex,
  rwmutex,
  lock,  // mutex or rwmutex, the source does not say which
  wait_group,
  cond,
  once,
  semaphore,
  timer,
  socket,
  file,
  file_lock,
  process,
  nil_channel,
  empty_select,
};

// Whether it is taken by one and given up again: a mutex, rwmutex or once.
bool is_lock(ObjectKind kind);

// The word of the report for it: "channel", "rwmutex", …
std::string_view object_kind_name(ObjectKind kind);

// How an object was recognised as the same one in different goroutines.
enum class Identity : std::uint8_t {
  none,     // it is not known to be anybody else's object
  owner,    // same kind and place in code, below a method of the same receiver address
  inexact,  // same address, out of a slot that may be stale ("?", or a plain argument before
            // go1.18)
  exact,    // same address
};

// The inside of an object, as far as it is known. Only memory knows most of it.
struct ObjectState {
  std::optional<std::int64_t> length, capacity;           // channel buffer
  std::optional<std::int64_t> readers, waiters, counter;  // rwmutex, mutex, wait group
  std::optional<bool> closed, locked, starving, writer_pending;
  std::optional<std::int64_t> time_left;  // nanoseconds until the timer sends to its channel
};

// A thing that goroutines wait for or hold.
struct WaitObject {
  ObjectKind kind = ObjectKind::unknown;
  Identity identity = Identity::none;
  std::optional<std::uint64_t> address;  // of the object itself (a mutex, not its semaphore)
  std::optional<std::uint64_t> owner;    // address of the receiver below whose method it is used
  StringId owner_type;                   // "node.Hub": type of that receiver
  StringId name;     // what a human knows it by: "Hub.mu"; empty if nothing better than the address
  StringId element;  // of a channel: the type of what goes through it, "*main.Job"; empty: not told
  std::optional<std::uint64_t> cond_lock;  // of a cond: address of its lock L
  bool left_locked = false;  // of a lock: by the code of all that are there, nobody will release it
  std::uint32_t state = kNoState;  // row of Snapshot::object_states

  static constexpr std::uint32_t kNoState = 0xffffffff;
};

using ObjectId = Id<WaitObject>;

// What a waiting goroutine wants to do with an object.
enum class Operation : std::uint8_t {
  unknown,
  send,
  receive,
  select,
  lock,
  rlock,
  wait,
  sleep,
  read,
  write,
  accept,
  connect,
  call,
};

// The word of the report for it: "send", "rlock", …
std::string_view operation_name(Operation operation);

// A goroutine waits for an object; a select waits for several.
struct Wait {
  std::uint32_t goroutine = 0;  // row of Snapshot::goroutines
  ObjectId object;
  ObjectKind kind =
      ObjectKind::unknown;  // of the object, also where the object itself is not known
  Operation operation = Operation::unknown;
  Identity identity = Identity::none;  // how it was seen to be this very object
  std::uint32_t frame = 0;  // depth of the frame that waits: the first outside the runtime and sync
  bool writer_queued =
      false;  // an rwmutex writer that waits for readers to leave (it has the writers' turn)
  bool limited = false;  // of a file lock: it may give up by itself after a while
  bool handed = false;   // of a nil channel: a call through an interface had just returned it, as
                         // Done() of a context does; else it is not told where it comes from
};

// What shows that a goroutine holds an object.
enum class HoldEvidence : std::uint8_t {
  lock_word,
  pending_unlock,
  call_site,
  kernel_table,
  count_match,
  below_method
};

// How much the evidence for a hold is worth.
enum class HoldStrength : std::uint8_t {
  likely,  // it may have given the object up for a while, or handed it over
  exact,   // nothing that is known to happen explains it otherwise
};

// A goroutine holds an object.
struct Hold {
  std::uint32_t goroutine = 0;
  ObjectId object;
  Operation mode = Operation::lock;  // lock or rlock
  HoldEvidence evidence = HoldEvidence::below_method;
  std::uint32_t frame = 0;  // depth of the frame that took it
  HoldStrength strength = HoldStrength::exact;
};

// A function takes a lock and has a way, out of it or round to where it takes that lock again, on
// which it does not release it. Its code shows that; whether anybody went that way is not told.
// Only told of locks that somebody waits for and nobody is known to hold.
struct Omission {
  static constexpr std::uint32_t kReturned = 0xffffffff;

  ObjectId object;
  FrameId frame;                        // where it takes the lock
  std::uint32_t goroutine = kReturned;  // who came that way, if anybody, and waits for the lock it
                                        // took before; kReturned: the way leads out
  bool always = false;                  // every way that leads there does so with the lock
};

// A process outside the program that something depends on, or the program's own.
struct Peer {
  std::int32_t pid = 0;  // 0: not told
  StringId name = {};    // its command
  StringId standstill =
      {};            // why it cannot run: "stopped by a signal"; empty: it can, as far as known
  bool own = false;  // it is the process that was looked at
};

// A process that holds a file lock, as the kernel lists it. Which goroutine of ours does is a Hold.
struct FileHold {
  ObjectId object = {};
  Peer holder = {};
  std::int32_t fd = -1;  // the descriptor of ours that has the lock; -1: none
  StringId path = {};    // of the file, as the program sees it
};

// What a goroutine waits for in the world outside.
enum class OutsideKind : std::uint8_t {
  unknown,
  pipe,        // data in a pipe, its end, or room in it
  child,       // the end of a process
  resolver,    // a name, from the system's resolver
  filesystem,  // a file whose file system does not answer
};

// Whether what a goroutine waits for in the world outside can come.
enum class Outlook : std::uint8_t {
  open,    // it may come at any time
  halted,  // who should bring it cannot run
  own,     // nobody is seen who could bring it but the goroutine itself, which waits
};

// A goroutine waits for the world outside the program.
struct OutsideWait {
  std::uint32_t goroutine = 0;  // row of Snapshot::goroutines
  OutsideKind kind = OutsideKind::unknown;
  Outlook outlook = Outlook::open;
  StringId what = {};  // "child 812 (cat)", "/mnt/share/a (nfs4)"
  StringId why = {};   // what shows the outlook: "stopped by a signal"; empty: nothing
  Peer peer = {};      // who should bring it, if that is one process
};

// A goroutine could still act on an object: from what its frames will use again, pointers lead to
// it; and of a lock, its code may give one up that it did not take. That it ever will act is said
// only where its code shows it. Only told of goroutines that wait, and of objects that somebody
// waits for.
struct Reference {
  std::uint32_t goroutine = 0;
  ObjectId object;
  // What it may go on to do to the object when its own wait has ended: send (or close) or receive.
  Operation will = Operation::unknown;
};

// What a program did between two looks at it.
enum class Meanwhile : std::uint8_t {
  ran,   // it used CPU time: what stood still had the chance to move
  idle,  // it could have run, and had nothing to do
  held,  // it could not run: stopped, frozen, starved. That nothing moved says nothing
};

// A lock that somebody waits for, as it was at the second look.
struct LockLater {
  ObjectId object;
  ObjectState state;
};

// What a second look at a running program showed, a moment after everything had been copied.
struct SecondLook {
  double after_seconds = 0;
  Meanwhile meanwhile = Meanwhile::held;
  std::string hindrance;                 // what kept it from running: "stopped by a signal"
  std::vector<std::uint32_t> looked_at;  // rows of Snapshot::goroutines, sorted
  std::vector<std::uint32_t> moved;      // those of them that ran or ended meanwhile, sorted
  std::vector<LockLater> locks;          // sorted by object
};

// Everything one look at a program showed. Owns its world but for `text`; may be moved.
struct Snapshot {
  Origin origin;
  std::string name;        // of the file or archive member
  std::uint64_t line = 1;  // where it begins in its input
  Strings strings;
  Stacks stacks;
  std::vector<Goroutine> goroutines;
  std::vector<GoroutineDetail> details;  // one per goroutine; empty if the source has none
  std::vector<LabelSet> label_sets;
  std::vector<Ancestor> ancestors;  // sorted by goroutine, each one's youngest first
  std::vector<WaitObject> objects;
  std::vector<ObjectState> object_states;
  std::vector<Wait> waits;  // sorted by goroutine
  std::vector<Hold> holds;
  std::vector<Omission> omissions;
  std::vector<DeferredCall> deferred;  // sorted by goroutine, each one's newest first
  std::vector<Reference> references;   // sorted by goroutine
  std::vector<FileHold> file_holds;
  std::vector<OutsideWait> outside_waits;  // sorted by goroutine
  std::vector<Gap> gaps;
  std::optional<SecondLook> second_look;  // none: it was looked at once
  std::string_view text;            // the text that TextSpans point into; lives in Series::texts
  std::vector<TextSpan> arguments;  // one per goroutine and frame, in the order of the stack

  // The function or file name of a frame; empty for none.
  std::string_view function(FrameId frame) const {
    return frame ? strings[stacks[frame].function] : std::string_view();
  }
  std::string_view file(FrameId frame) const {
    return frame ? strings[stacks[frame].file] : std::string_view();
  }
  // The arguments of the frame at `depth` as Go printed them ("0xc000105e00, 0x1?"), empty if none
  // were told.
  std::string_view argument_text(const Goroutine& goroutine, std::size_t depth) const;
  // What only memory tells of the goroutine of a row, null if the source has no such facts.
  const GoroutineDetail* detail(std::size_t row) const {
    return row < details.size() ? &details[row] : nullptr;
  }
  // How many goroutines the rows stand for.
  std::uint64_t goroutine_count() const;
};

}  // namespace goknot
