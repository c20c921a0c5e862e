// SPDX-License-Identifier: Apache-2.0
// What registers and stack slots hold, as far as it can be told without running the code: "the
// first argument, plus 8", "what the word there points to".
//
// This is value numbering: each way to compute a value has one number, made once and found again
// in a table. Two instructions that compute `first argument + 8` in different registers have the
// same number, and that is all that is needed to see that Lock and Unlock mean one lock.
#pragma once

#include "goknot/target/memory.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace goknot::target {

// A value by its number; equal numbers are equal values. The word of a pointer is taken to be the
// same whenever it is read.
enum class ValueId : std::uint32_t { unknown = 0 };

// How a value comes about.
struct Value {
  enum class Kind : std::uint8_t {
    unknown,
    constant,    // number
    frame,       // the address at which the caller's frame begins
    entered,     // what register `number` held when the function began
    passed,      // what the caller left in the word `number` bytes into its frame
    made,        // what the instruction at `number` left in register `extra`
    merged,      // where ways meet at `number`: what place `extra` holds there
    sum,         // of `of` and number
    indexed,     // `of` plus `number` times the value `extra`
    pointed_to,  // the word at the address `of`
  };

  Kind kind = Kind::unknown;
  ValueId of = ValueId::unknown;
  std::int64_t number = 0;
  std::int64_t extra = 0;

  friend bool operator==(const Value&, const Value&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Value& v) {
    return H::combine(std::move(h), v.kind, v.of, v.number, v.extra);
  }
};

// All values of one function, each once.
// A sum is kept flat, base and total: (x + 8) + 16 is the same entry as x + 24, and a sum of a
// number is a number. Numbers are given in order and never taken away; a run over the same code
// gives the same.
class Values {
 public:
  Values() : values_(1), depths_(1) {}

  const Value& operator[](ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  // A value that comes from no other.
  ValueId root(Value::Kind kind, std::int64_t number = 0, std::int64_t extra = 0) {
    return add({.kind = kind, .of = ValueId::unknown, .number = number, .extra = extra});
  }
  // `of` plus a number; unknown if `of` is.
  ValueId sum(ValueId of, std::int64_t number);
  // `of` plus `scale` times `index`; unknown if one of the two is. Of two addends the one that was
  // multiplied is the index, whichever of them it is given as.
  ValueId indexed(ValueId of, ValueId index, std::int64_t scale);
  // The word at the address `of`; unknown if `of` is, or is too far from anything known.
  ValueId pointed_to(ValueId of);
  // Whether a root of that kind and number is in it anywhere.
  bool comes_of(ValueId id, Value::Kind kind, std::int64_t number) const;
  // A value without what was added to it last, and that.
  std::pair<ValueId, std::int64_t> split(ValueId id) const;

 private:
  ValueId add(const Value& value);

  std::vector<Value> values_;
  std::vector<std::uint8_t> depths_;  // how many words are followed
  absl::flat_hash_map<Value, ValueId> numbers_;
};

}  // namespace goknot::target
