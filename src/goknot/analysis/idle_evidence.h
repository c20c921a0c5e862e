// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace goknot::analysis {

// What speaks for a goroutine being idle on purpose, for those that no row of the shapes knows.
// Each is a hint only; two together are enough to be silent about it.
struct IdleEvidence {
  bool entry_function_waits = false;    // the wait is in its first function or the next one
  bool created_by_constructor = false;  // New…, Open…, Dial…, Connect…, Start…, Run…, Serve…, init
  bool loop_name = false;               // its first functions are called a loop, worker, watcher, …
  bool io_read = false;                 // it waits for input: accept, read, a signal

  // How many of them are true.
  int count() const {
    return int{entry_function_waits} + int{created_by_constructor} + int{loop_name} + int{io_read};
  }
};

// Gathers the evidence. `functions` are all frames, innermost first, as Go prints them; `status`
// and `created_by` are empty if not told. A closure that is a goroutine's first function then
// stands for the creator.
IdleEvidence idle_evidence(std::span<const std::string_view> functions, std::string_view status,
                           std::string_view created_by);

}  // namespace goknot::analysis
