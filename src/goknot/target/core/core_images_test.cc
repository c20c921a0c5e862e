// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_images.h"

#include "tests/support/core_builder.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::CoreBuilder;
using testing_support::raw;
using std::string_literals::operator""s;

// The beginning of a program with a Go build id.
std::string program(const std::string& id, char code = 'c') {
  const Elf64_Nhdr header{
      .n_namesz = 4, .n_descsz = static_cast<Elf64_Word>(id.size()), .n_type = 4};
  std::string bytes = CoreBuilder().segment(0x401000, "rx", std::string(0x1000, code)).build();
  // The only note segment is an empty one: point it at a note behind everything.
  const std::string note = raw(header) + "Go\0\0"s + id;
  const std::uint64_t offset = bytes.size();
  const std::uint64_t size = note.size();
  bytes.replace(64 + 8, 8, raw(offset));
  bytes.replace(64 + 32, 8, raw(size));
  bytes[16] = ET_EXEC;
  return bytes + note;
}

// A core of that program, of which the first bytes are there.
std::string core_of(const std::string& head) {
  return CoreBuilder()
      .thread(812, 0, 0)
      .headers(0x400040)
      .file({.begin = 0x300000, .end = 0x301000, .offset = 0, .path = "/lib/libc.so"})
      .file({.begin = 0x400000, .end = 0x404000, .offset = 0, .path = "/srv/hub"})
      .segment(0x300000, "rx", "", 0x1000)
      .segment(0x400000, "rx", head, 0x4000)
      .build();
}

Match match_of(const std::string& head, const std::string& file) {
  const std::string core = core_of(head);
  const CoreMemory memory(*CoreFile::parse(std::as_bytes(std::span(core)), "core"));
  const auto images = core_images(memory);
  const auto image = ElfImage::parse(std::as_bytes(std::span(file)), "file");
  return images.empty() || !image ? Match::unknown : match(memory, images.front(), *image);
}

TEST(CoreImages, TheProgramComesFirst) {
  const std::string core = core_of(program("abc"));
  const CoreMemory memory(*CoreFile::parse(std::as_bytes(std::span(core)), "core"));

  const auto images = core_images(memory);

  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].path, "/srv/hub");
  EXPECT_TRUE(images[0].main);
  EXPECT_EQ(words_of(images[0].ids), "Go build id abc");
  EXPECT_FALSE(images[1].main);
}

TEST(CoreImages, AFileWithTheSameIdIsTheOne) {
  EXPECT_EQ(match_of(program("abc"), program("abc", 'd')), Match::same);
  EXPECT_EQ(match_of(program("abc"), program("abd")), Match::different);
}

TEST(CoreImages, WithoutAnIdTheCodeIsCompared) {
  EXPECT_EQ(match_of(program(""), program("")), Match::same);
  EXPECT_EQ(match_of(program(""), program("", 'd')), Match::different);
  EXPECT_EQ(match_of("", program("abc")), Match::unknown);
}

TEST(CoreImages, TheHeadersTellHowFarAProgramWasMoved) {
  std::string file = program("abc");
  file[64] = PT_PHDR;
  file.replace(64 + 16, 8, raw(std::uint64_t{0x40}));
  const auto image = ElfImage::parse(std::as_bytes(std::span(file)), "file");
  CoreNotes notes;
  notes.headers = 0x555500000040;

  EXPECT_EQ(moved_by_headers(notes, *image), 0x555500000000U);
  EXPECT_EQ(moved_by_headers({}, *image), std::nullopt);
}

}  // namespace
}  // namespace goknot::target
