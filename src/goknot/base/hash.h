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

// Up to 16 bytes as two words; overlapping, so that there is no loop.
inline std::uint64_t hash_short(const char* at, std::size_t size, std::uint64_t hash,
                                std::uint64_t secret) {
  std::uint64_t a = 0, b = 0;
  if (size >= 8) {
    std::memcpy(&a, at, 8);
    std::memcpy(&b, at + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(&a, at, 4);
    std::memcpy(&b, at + size - 4, 4);
  } else if (size > 0) {
    a = (std::uint64_t{static_cast<unsigned char>(at[0])} << 16U) |
        (std::uint64_t{static_cast<unsigned char>(at[size / 2])} << 8U) |
        static_cast<unsigned char>(at[size - 1]);
  }
  return mix(a ^ secret, b ^ hash);
}

// The hash of a text.
inline std::uint64_t hash_bytes(std::string_view text) {
  constexpr std::uint64_t kFirst = 0xa0761d6478bd642f;
  constexpr std::uint64_t kSecond = 0xe7037ed1a0b428db;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = kFirst ^ left;
  for (; left > 16; at += 16, left -= 16) {
    std::uint64_t words[2];
    std::memcpy(words, at, 16);
    hash = mix(words[0] ^ kSecond, words[1] ^ hash);
  }
  return hash_short(at, left, hash, kSecond);
}

}  // namespace goknot
