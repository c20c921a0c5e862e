// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"

#include <absl/container/flat_hash_map.h>

#include <span>
#include <string_view>
#include <vector>

namespace goknot::target {

// Which functions the functions of a program use. Each function is looked at once.
// Example: for `func (db *DB) unlock() error { return syscall.Flock(...) }` the use of
// syscall.Flock is a direct call. It is a question about code alone, so a wrong "yes" is possible:
// a call on a branch that is never taken counts. Who asks has other evidence beside it.
class Callees {
 public:
  // The code must outlive it.
  explicit Callees(const Code& code) : code_(code) {}

  // Whether the function that begins at `entry` is one of these by name, calls one, or does so
  // through at most `depth` others. A function whose address is taken counts as called; a call
  // through an interface is not seen.
  bool leads_to(Address entry, std::span<const std::string_view> names, int depth);
  // The name of the one function that the function calls, be it inlined; empty if there are several
  // or none, or calls through interfaces. Functions with which the compiler helps itself do not
  // count.
  std::string_view only_call(Address entry);

 private:
  // What a function uses: what was inlined into it by name, the rest by address.
  struct Used {
    std::string_view name;
    std::vector<std::string_view> inlined;
    std::vector<std::string_view> outermost;  // those of them that it calls itself
    std::vector<Address> called;
  };

  const Used& of(Address entry);
  Used look_at(Address entry) const;

  const Code& code_;
  absl::flat_hash_map<Address, Used> known_;
};

}  // namespace goknot::target
