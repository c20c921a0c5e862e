// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unwind.h"

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr Address kInjectedSlot = 16;  // sys.MinFrameSize, aligned as stacks are (arm64)

// Calls that a signal put between two instructions: the address below them is no return address.
bool is_injected(FuncId id) {
  return id == FuncId::sigpanic || id == FuncId::async_preempt || id == FuncId::debug_call_v1 ||
         id == FuncId::debug_call_v2;
}

// Where a walk stands.
struct Cursor {
  Start at;
  bool innermost = true;
  bool injected = false;  // the activation before this one was
};

// The stack that is walked over; notes what is read of it.
struct Ground {
  const Copy& stack;
  std::vector<SavedWord>& read;

  std::optional<Address> word(Address address) {
    const auto word = stack.word(address);
    if (word) read.push_back({address, *word});
    return word;
  }
};

// Fills in the activation at the cursor and moves on to its caller; false where the copy ends.
// From the stack pointer of an activation: sp + delta is the word that holds the return address,
// one word above it the caller's frame begins, which is its sp. If the function has a frame, the
// saved rbp lies below the return address, and varp below that.
bool step_amd64(Ground& stack, Cursor& cursor, Activation& here) {
  const Address frame = cursor.at.sp + static_cast<Address>(here.site->stack_delta) + kWord;
  here.variables = here.site->stack_delta > 0 ? frame - 2 * kWord : frame - kWord;
  here.arguments = frame;
  const auto back = stack.word(frame - kWord);
  if (!back) return false;
  cursor.at.pc = *back;
  cursor.at.sp = frame;
  return true;
}

// The link register is saved at the bottom of the frame, [sp]; delta leads from there to the
// caller's sp. A function without a frame has not saved it: then it is in lr itself, if this is the
// innermost.
bool step_arm64(Ground& stack, Cursor& cursor, Activation& here) {
  Address lr = cursor.innermost ? cursor.at.lr : 0;
  if (cursor.injected) {  // the signal handler saved the link register before it faked the call
    lr = stack.word(cursor.at.sp).value_or(0);
    cursor.at.sp += kInjectedSlot;
    here.sp = cursor.at.sp;
  }
  const Address frame = cursor.at.sp + static_cast<Address>(here.site->stack_delta);
  here.variables = frame - kWord;
  here.arguments = frame + kWord;
  const bool in_register = here.site->stack_delta == 0 && lr != 0;
  const auto back = in_register ? lr : stack.word(cursor.at.sp);
  if (!back) return false;
  cursor.at.pc = *back;
  cursor.at.sp = frame;
  return true;
}

bool step(const Code& code, Ground& stack, Cursor& cursor, Activation& here) {
  return code.layout().architecture == Architecture::amd64 ? step_amd64(stack, cursor, here)
                                                           : step_arm64(stack, cursor, here);
}

// Whether nothing below this activation can be told: it moved the stack pointer as it liked.
bool loses_the_stack(const Site& site, const Cursor& cursor) {
  return !cursor.innermost && site.function.writes_sp() && site.function.id != FuncId::cgocallback;
}

}  // namespace

void unwind(CodeView& view, const Copy& stack, const Start& start, Unwound& into,
            std::size_t most) {
  into.activations.clear();
  into.words.clear();
  into.end = StackEnd::broken;
  Cursor cursor{.at = start};
  Ground ground{stack, into.words};
  while (into.activations.size() < most) {
    const Site& site = view.at(cursor.at.pc, cursor.at.lookup);
    if (site.table == nullptr) return;
    Activation& here = into.activations.emplace_back(
        Activation{.site = &site, .pc = cursor.at.pc, .sp = cursor.at.sp});
    if (site.is_end) {
      into.end = StackEnd::complete;
      return;
    }
    if (site.stack_delta < 0 || loses_the_stack(site, cursor)) return;
    if (!step(view.code(), ground, cursor, here)) return;
    cursor.innermost = false;
    cursor.injected = is_injected(site.function.id);
    cursor.at.lookup = cursor.injected ? Lookup::exact : Lookup::after_call;
  }
  into.end = StackEnd::limit;
}

}  // namespace goknot::target
