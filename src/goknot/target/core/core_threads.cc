// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_threads.h"

#include "goknot/target/core/registers.h"

#include <optional>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kSignalStack = std::size_t{64} << 10U;  // the runtime's has 32 KB
constexpr int kMostHandlers = 4;                              // that interrupted each other

// What a signal handler, in which the thread stands, has interrupted.
std::optional<SignalContext> interrupted(const CoreMemory& memory, Address sp) {
  std::vector<std::byte> stack(kSignalStack);
  stack.resize(memory.read_some(sp, stack));
  return find_signal_context(memory.core().image.architecture(), sp, stack);
}

}  // namespace

// With GOTRACEBACK=crash a thread raises SIGABRT while it handles SIGQUIT, so handlers may lie in
// each other; the innermost context that is no handler's is where the program's own code was.
CoreThreads::CoreThreads(const CoreMemory& memory) {
  for (const CoreThread& thread : memory.core().notes.threads) {
    Registers now = thread.registers;
    words_.insert(words_.end(), now.all.begin(), now.all.end());
    bool in_handler = true;  // perhaps
    for (int i = 0; i < kMostHandlers && in_handler; ++i) {
      auto before = interrupted(memory, now.sp);
      if (!before) break;
      in_handler = before->nested;
      now = std::move(before->registers);
      words_.insert(words_.end(), now.all.begin(), now.all.end());
    }
    threads_.try_emplace(static_cast<std::uint64_t>(thread.tid), std::move(now));
  }
}

PauseResult CoreThreads::hold(std::uint64_t thread, const Look& look) {
  const auto found = threads_.find(thread);
  if (found == threads_.end()) return PauseResult::gone;
  look(found->second);
  return PauseResult::looked;
}

}  // namespace goknot::target
