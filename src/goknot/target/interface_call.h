// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace goknot::target {

// The call of a method through an interface that a closure has captured.
struct InterfaceCall {
  std::size_t captured = 0;  // which of the captured words is the itab
  std::uint64_t method = 0;  // where in the itab the method's code stands, in bytes
};

// The only such call in the code of a function that the compiler made around a `defer` statement.
// None if there is none, or several, or the machine is not amd64:
//
//   mov rcx, [rdx + 8]       rdx is the closure, the captured words stand behind its code
//   mov rcx, [rcx + 0x18]    fun of an itab begins at 0x18. Go: internal/abi.ITab
//   call rcx
std::optional<InterfaceCall> find_interface_call(std::span<const std::byte> code);

}  // namespace goknot::target
