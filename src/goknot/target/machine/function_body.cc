// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/function_body.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCode = std::size_t{256} << 10U;  // bytes of one function
constexpr std::int32_t kReturnAddress = 8;                  // amd64: pushed by the call
constexpr std::int32_t kSavedFrame = 16;  // between the caller's frame and the variables
constexpr GoVersion kRegistersAmd64{17, 0};
constexpr GoVersion kRegistersArm64{18, 0};
constexpr std::int64_t kAnyLength = std::numeric_limits<std::int32_t>::max();
constexpr std::byte kPadding{0xcc};  // amd64: int3, between functions

// Functions of the runtime that do not come back, or after which the function begins anew, with
// what it was given, on a larger stack. runtime/panic.go, runtime/stubs.go, go1.13 to go1.27.
// The last one is the stack check at the beginning of nearly every function:
//
//     cmp rsp, [r14+0x10]; jbe grow; ...; grow: call runtime.morestack_noctxt; jmp entry
//
// Behind it the function is entered again with the arguments it had, so that no way leads on from
// it.
bool is_final(std::string_view name) {
  constexpr std::array<std::string_view, 7> kStems = {
      "runtime.panic", "runtime.goPanic", "runtime.gopanic",  "runtime.throw",
      "runtime.fatal", "runtime.block",   "runtime.morestack"};
  return std::ranges::any_of(kStems, [&](auto stem) { return name.starts_with(stem); });
}

// Functions that save what they change. runtime/asm_amd64.s gcWriteBarrier, runtime/duff_amd64.s.
// The compiler counts on that and keeps values in registers over these calls; to take them for
// ordinary calls would lose the address of nearly every lock in a function that stores pointers.
bool is_quiet(std::string_view name) {
  return name.starts_with("runtime.gcWriteBarrier") || name.starts_with("runtime.duff") ||
         name.starts_with("runtime.wbZero") || name.starts_with("runtime.wbMove");
}

// How many bytes behind its destination a Duff's device writes that is entered somewhere: it is a
// row of stores, and steps of the destination. runtime/duff_amd64.s, go1.13 to go1.27.
std::int64_t length_written(const Code& code, Address from, Address end) {
  std::vector<std::byte> bytes(end - from);
  if (!code.memory().read(from, bytes)) return kAnyLength;
  const auto row = disassemble(code.layout().architecture, from, bytes);
  std::int64_t at = 0, length = 0;
  for (const Instruction& instruction : row.value_or(std::vector<Instruction>())) {
    if (instruction.deed == Deed::leave) return length;
    const bool steps = instruction.target == kDestination;
    if (steps) at += instruction.memory.displacement;
    if (instruction.deed == Deed::store && instruction.memory.base == kDestination) {
      length = std::max(length, at + instruction.memory.displacement + instruction.memory.size);
    }
  }
  return kAnyLength;
}

// A length that is absurd comes from a damaged function table.
std::vector<std::byte> read_code(const Code& code, const Function& function) {
  const Address end = code.table_of(function.entry)->end_of(function);
  std::vector<std::byte> bytes;
  if (end <= function.entry || end - function.entry > kMostCode) return bytes;
  bytes.resize(end - function.entry);
  if (!code.memory().read(function.entry, bytes)) bytes.clear();
  if (code.layout().architecture == Architecture::amd64) {
    while (!bytes.empty() && bytes.back() == kPadding) bytes.pop_back();
  }
  return bytes;
}

// Fills in how far below the caller's frame the stack pointer stands; false if that is not known.
// The table pcsp tells for each instruction how much the function has pushed (runtime/symtab.go
// funcspdelta, go1.13 to go1.27). All offsets in this folder count from the caller's frame, that is
// from the word above the return address, because that stays where it is while rsp moves:
//
//     +8   second word the caller passed
//      0   first word the caller passed
//     -8   return address
//    -16   saved rbp
//    -24   the function's own variables ...
//     sp   ... down to what it passes to those it calls
bool read_stack(const Code& code, const Function& function, FunctionBody& body) {
  const auto runs = code.table_of(function.entry)->stack_delta_runs(function);
  auto run = runs.begin();
  for (const Instruction& instruction : body.code) {
    while (run != runs.end() && run->end <= instruction.address) ++run;
    if (run == runs.end() || run->value < 0) return false;
    body.sp.push_back(-kReturnAddress - run->value);
  }
  return true;
}

// Where a function's own variables begin that hold pointers: below that it passes arguments.
// The stack map {n i32, nbit i32, bits} has a bit for each word of variables, counted down from
// varp = caller's frame - 16 (getStackMap in runtime/stack.go, since go1.20 stkframe.go).
// All that lies below belongs to callees, who may write there.
std::int32_t own_slots(const Code& code, const Function& function) {
  const Address map =
      code.table_of(function.entry)->funcdata(function, code.layout().funcdata.locals_pointer_maps);
  const auto bits = map == 0 ? std::nullopt : code.memory().read<std::int32_t>(map + 4);
  const std::int32_t words = bits && *bits > 0 && *bits < (1 << 20) ? *bits : 0;
  return -kSavedFrame - words * 8;
}

absl::flat_hash_set<Address> note_callees(const Code& code, FunctionBody& body) {
  absl::flat_hash_set<Address> final_calls;
  for (const Instruction& instruction : body.code) {
    if (instruction.deed != Deed::call || instruction.destination == 0) continue;
    const FunctionTable* table = code.table_of(instruction.destination);
    // An entry into the middle, as of the runtime's Duff's devices, belongs to the function, too.
    const auto callee = table == nullptr ? std::nullopt : table->find(instruction.destination);
    if (!callee) continue;
    const std::string_view name = table->name(*callee);
    if (is_final(name)) final_calls.insert(instruction.destination);
    // Every function with a defer has a call of it (cmd/compile/internal/ssagen, go1.13 to go1.27).
    if (name == "runtime.deferreturn") body.defers = true;
    if (is_quiet(name) && !body.quiet_calls.contains(instruction.destination)) {
      const bool is_row = name.starts_with("runtime.duff");
      body.quiet_calls[instruction.destination] =
          is_row ? length_written(code, instruction.destination, table->end_of(*callee))
                 : kAnyLength;
    }
  }
  return final_calls;
}

}  // namespace

// Order matters: the callees are noted before the graph is made, which needs to know those that do
// not come back; the steps of locks come last, because they need the instructions alone.
std::optional<FunctionBody> read_body(const Code& code, const Function& function,
                                      StepOfCallee step_of_callee) {
  const Layout& layout = code.layout();
  FunctionBody body;
  const auto bytes = read_code(code, function);
  if (bytes.empty()) return std::nullopt;
  auto instructions = disassemble(layout.architecture, function.entry, bytes);
  if (!instructions) return std::nullopt;
  body.code = std::move(*instructions);
  if (!read_stack(code, function, body)) return std::nullopt;
  auto graph = FlowGraph::make(code.memory(), body.code, note_callees(code, body));
  if (!graph) return std::nullopt;
  body.graph = std::move(*graph);
  body.own_slots = own_slots(code, function);
  const bool amd64 = layout.architecture == Architecture::amd64;
  body.first_argument = layout.version >= (amd64 ? kRegistersAmd64 : kRegistersArm64)
                            ? FirstArgument::in_register
                            : FirstArgument::on_stack;
  body.steps = find_lock_steps(code, function, body.code, step_of_callee);
  return body;
}

}  // namespace goknot::target
