// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/elf_notes.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using std::string_literals::operator""s;

// A note with the name "Go" (padded), type 4 and three bytes (padded).
const std::string kNote = "\x03\0\0\0\x03\0\0\0\x04\0\0\0Go\0\0abc\0"s;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(ElfNotes, NotesAreTakenOffOneAfterTheOther) {
  const std::string two = kNote + kNote;
  std::span<const std::byte> rest = bytes_of(two);

  const auto first = take_note(rest);

  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "Go");
  EXPECT_EQ(first->type, 4U);
  EXPECT_EQ(text_of(first->description), "abc");
  EXPECT_EQ(rest.size(), kNote.size());
  EXPECT_TRUE(take_note(rest));
  EXPECT_FALSE(take_note(rest));
}

TEST(ElfNotes, ACutNoteIsNone) {
  for (std::size_t size = 0; size + 1 < kNote.size(); ++size) {
    const std::string cut = kNote.substr(0, size);
    std::span<const std::byte> rest = bytes_of(cut);
    EXPECT_FALSE(take_note(rest)) << size;
  }
}

TEST(ElfNotes, AnAbsurdSizeIsNoNote) {
  const std::string absurd = "\xff\xff\xff\xff\xff\xff\xff\xff\x04\0\0\0Go\0\0abc\0"s;
  std::span<const std::byte> rest = bytes_of(absurd);
  EXPECT_FALSE(take_note(rest));
}

}  // namespace
}  // namespace goknot::target
