// SPDX-License-Identifier: Apache-2.0
// The arguments of a call as Go prints them in a traceback.
#pragma once

#include "goknot/target/function_table.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <string>
#include <vector>

namespace goknot::target {

// How the arguments of one physical frame are written: pieces of text and words of the stack in
// turn. Made once for a place in the code, used for every goroutine that stands there.
// Of `func (h *Hub) Add(name string, opts struct{ a, b int })` the text is
//
//     0xc000105e00, {0x4b7d21, 0x5}, {0x1, 0x2?}
//
// a word for the receiver, an aggregate for string and struct each, and a "?" behind what need not
// have been written (internal/abi/symtab.go TraceArgs..., since go1.17).
struct ArgumentForm {
  // A word of the stack, and what stands before it.
  struct Word {
    std::string before;        // ", {"
    std::uint32_t offset = 0;  // from the first argument, bytes
    std::uint8_t size = 8;     // bytes, 1 to 8
    bool inexact = false;      // "?": the compiler does not promise that the slot was written
  };
  std::vector<Word> words;
  std::string after;         // what stands behind the last word
  std::uint32_t extent = 0;  // bytes from the first argument that are used
};

// How the arguments of `function` are printed at `pc`, the address that was looked up for the line
// (the call, not the return). Before go1.17 every word is printed as it stands, from then on as the
// compiler described them (runtime/traceback.go printArgs).
ArgumentForm argument_form(const Memory& memory, const Layout& layout, const FunctionTable& table,
                           const Function& function, Address pc);

// Appends the arguments. `stack` holds the memory from the first argument on; what lies behind it
// is written "_", as Go does with what it cannot show.
void append_arguments(const ArgumentForm& form, std::span<const std::byte> stack,
                      std::string& text);

}  // namespace goknot::target
