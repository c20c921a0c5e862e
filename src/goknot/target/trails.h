// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/unwind.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace goknot::target {

// How the walk over some stack went. Over every stack on which the words it went by are the same it
// goes the same way: it rests on nothing else.
struct Trail {
  Address lr = 0;                  // of where it began
  std::vector<SavedWord> words;    // counted from the stack pointer
  std::vector<Activation> places;  // their addresses counted from the stack pointer
};

// Walks over the stacks of goroutines that do not run, each way once: in a crowd, most stand where
// others do.
// A thousand goroutines that wait in one loop have stacks of the same shape at different addresses.
// The walk over one rests on its return addresses alone (and, on arm64, the link register): where
// those are the same at the same distances from the stack pointer, so are all activations.
class Trails {
 public:
  // The code is not copied.
  explicit Trails(Code& code) : view_(code) {}

  // Walks over a stack as `unwind` does. Returns the trail it went along, which stays what and
  // where it is; null if that is worth none: it does not end as a stack does, or is long or rare.
  const Trail* walk(const Copy& stack, const Start& start, Unwound& into);
  // The code they lead through.
  const Code& code() const { return view_.code(); }

 private:
  using Key = std::pair<Address, std::size_t>;  // program counter, and bytes of stack in use

  const Trail* find(const Key& key, const Copy& stack, const Start& start) const;
  const Trail* note(const Key& key, const Start& start, const Unwound& walked);

  CodeView view_;
  absl::flat_hash_map<Key, std::vector<std::unique_ptr<const Trail>>> known_;
  std::size_t count_ = 0;
};

}  // namespace goknot::target
