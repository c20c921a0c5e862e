// SPDX-License-Identifier: Apache-2.0
// Lines of a gdb session with Go's extension, taken apart. Everything points into the line.
// go1.27 runtime/runtime-gdb.py: GoroutinesCmd, GoroutineCmd; gdb 13 gdb/stack.c: print_frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::source {

// "* 18 waiting  runtime.gopark", as "info goroutines" prints it.
struct GdbRow {
  std::int64_t id = 0;
  bool current = false;     // starred: a thread runs it
  std::string_view status;  // "waiting"
  std::string_view function;
};
std::optional<GdbRow> parse_gdb_row(std::string_view line);

// "#4  0x00000000004868c5 in sync.(*WaitGroup).Wait (wg=0xc000012020) at
// /src/sync/waitgroup.go:206"
struct GdbFrame {
  std::uint64_t depth = 0;
  bool has_pc = false;  // none is printed for a function that the frame before is inlined into
  std::string_view function = {};
  std::string_view reason = {};  // "semacquire" of reason="semacquire", up to go1.10
  std::string_view file = {};    // empty: not told
  std::uint32_t line = 0;
};
std::optional<GdbFrame> parse_gdb_frame(std::string_view line);

// "goroutine 18 bt", "goroutine all backtrace", with or without "(gdb)" before it.
struct GdbStackCommand {
  std::int64_t id = -1;  // -1: of all
};
std::optional<GdbStackCommand> parse_gdb_stack_command(std::string_view line);

}  // namespace goknot::source
