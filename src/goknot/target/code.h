// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/argument_text.h"
#include "goknot/target/defers.h"
#include "goknot/target/function_table.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/wait_role.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

namespace goknot::target {

// What an address out of a stack or register means.
enum class Lookup : std::uint8_t {
  after_call,  // a return address: the call is the instruction before it
  exact,       // the next instruction to be executed
};

// Whether Go shows a call in a traceback at its usual level. Go: runtime/traceback.go showfuncinfo.
enum class Visibility : std::uint8_t {
  shown,
  hidden,       // the runtime's inside
  wrapper,      // made by the compiler; shown only where it calls the machinery of panics
  within_only,  // runtime.gopanic: shown except as the first frame
};

// One call of a place in the code, physical or inlined.
struct Call {
  FrameId frame;
  FuncId id = FuncId::normal;
  Visibility visibility = Visibility::shown;
  WaitRole role = WaitRole::none;
};

// Everything the code says of one address: worked out once, whoever stands there.
struct Site {
  const FunctionTable* table = nullptr;  // null: no Go code
  Function function;
  Address pc = 0;                 // that was looked up: inside the call
  std::int32_t stack_delta = -1;  // bytes between stack pointer and return address; -1: unknown
  bool is_end = false;            // a stack ends here
  std::vector<Call> calls;        // the inlined ones first; the last is the function itself
  ArgumentForm arguments;         // of the function itself
  DeferSlots defers;              // open-coded ones of the function itself
  bool is_cond_wait = false;      // it is sync.Cond's Wait, which gives its lock up meanwhile
};

// The code of a program, looked up by address. Frames and names go into the snapshot it was made
// for. Not for several threads at once, but through views.
// A program of a hundred thousand goroutines stands in some hundred places. Everything that only
// depends on the place is computed once, and a Site never moves: others keep pointers to it.
class Code {
 public:
  // Neither is copied: all must outlive the code.
  Code(const Memory& memory, const Layout& layout, std::span<const FunctionTable> tables,
       Snapshot& snapshot)
      : memory_(memory), layout_(layout), tables_(tables), snapshot_(snapshot) {}

  // What stands at an address.
  const Site& at(Address pc, Lookup lookup);
  // The frame of a `go` statement: where the call that returns to `pc` stands. None if unknown.
  FrameId creator(Address pc);
  // The function that begins at `entry`; none if no function begins there.
  std::optional<Function> function_at(Address entry) const;
  // The table that holds an address, null if none does.
  const FunctionTable* table_of(Address pc) const;
  // All of them.
  std::span<const FunctionTable> tables() const { return tables_; }

  const Layout& layout() const { return layout_; }
  const Memory& memory() const { return memory_; }
  // Held by whoever uses code and snapshot while another thread has a view of them.
  std::mutex& guard() { return guard_; }

 private:
  Site look_up(Address pc, Lookup lookup);
  Call call(const InlinedCall& inlined, std::uint32_t offset, bool is_inlined);

  const Memory& memory_;
  const Layout& layout_;
  std::span<const FunctionTable> tables_;
  Snapshot& snapshot_;
  std::deque<Site> sites_;
  absl::flat_hash_map<std::uint64_t, const Site*> known_;  // by address, twice, plus the lookup
  std::mutex guard_;
};

// The code as one of several threads sees it: it knows by itself what it has met, and asks for the
// rest while nobody else uses code and snapshot.
class CodeView {
 public:
  // The code is not copied.
  explicit CodeView(Code& code) : code_(code) {}

  // What stands at an address.
  const Site& at(Address pc, Lookup lookup);

  const Code& code() const { return code_; }

 private:
  Code& code_;
  absl::flat_hash_map<std::uint64_t, const Site*> known_;
};

// A function name as Go prints it: "main.Keep[...]" for an instantiation. Go: runtime
// funcNameForPrint.
std::string printed_name(std::string_view name);

// Whether Go shows a function of that name and kind in a traceback of the usual level.
Visibility visibility_of(std::string_view name, FuncId id);

}  // namespace goknot::target
