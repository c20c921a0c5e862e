// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace goknot::target {

// How a value that a function works with is found: a beginning, then steps.
// `h.inner.mu` of a method whose receiver was spilled 8 bytes into the caller's frame is
//
//     {word, 8, {{.add = 24, .follow = true}, {.add = 16}}}
//
// read the word at 8; add 24 and follow: inner, a pointer; add 16: the address of mu. A step adds
// first and follows then. `s.all[i].mu` adds the size of an element times i, and how i is found is
// a recipe as well. Whoever goes the way may come to memory that cannot be read; then there is no
// value.
struct Recipe {
  enum class Start : std::uint8_t {
    number,
    frame,    // the address at which the caller's frame begins
    word,     // of the frame, at `number`
    entered,  // what register `number` held when the function began
  };
  struct Step {
    std::int64_t add = 0;
    bool follow = false;             // and read the word there
    std::int64_t scale = 0;          // times which the index is added
    std::vector<Recipe> index = {};  // one, if there is any

    friend bool operator==(const Step&, const Step&) = default;
  };

  Start start = Start::number;
  std::int64_t number = 0;
  std::vector<Step> steps;

  friend bool operator==(const Recipe&, const Recipe&) = default;
};

// What the code asks: whether the `size` bytes of memory at an address are a number.
struct Condition {
  Recipe where;            // the address
  std::uint32_t size = 8;  // 0: whether the address itself is that
  std::int64_t number = 0;
  bool equal = true;  // else that they are any other

  friend bool operator==(const Condition&, const Condition&) = default;
};

}  // namespace goknot::target
