// SPDX-License-Identifier: Apache-2.0
// A fast hash of bytes, for tables that live in one run: not the same on every machine, no defence
// against chosen collisions. Tables that use it compare what they find and bound their probing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace goknot {

// Mixes two words into one: the halves of their product (the idea of wyhash).
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// The hash of a text.
inline std::uint64_t hash_bytes(std::string_view text) {
  constexpr std::uint64_t kFirst = 0xa0761d6478bd642f;
  constexpr std::uint64_t kSecond = 0xe7037ed1a0b428db;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = kFirst ^ left;
  for (; left >= 16; at += 16, left -= 16) {
    std::uint64_t words[2];
    std::memcpy(words, at, 16);
    hash = mix(words[0] ^ kSecond, words[1] ^ hash);
  }
  std::uint64_t tail[2] = {0, 0};
  if (left > 0) std::memcpy(tail, at, left);
  return mix(tail[0] ^ kSecond, tail[1] ^ hash);
}

}  // namespace goknot
