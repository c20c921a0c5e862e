// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/go_files.h"

#include "tests/support/core_builder.h"
#include "tests/support/go_binary.h"
#include "tests/support/outside_program.h"

#include <elf.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::target {
namespace {

using testing_support::raw;
using Verdict = GoFile::Verdict;

// An ELF file with empty sections of these names and nothing to load.
std::string elf_with(const std::vector<std::string>& names) {
  std::string texts(1, '\0');
  std::string table = raw(Elf64_Shdr{});
  Elf64_Ehdr header{};
  std::copy_n(ELFMAG, SELFMAG, header.e_ident);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(header);
  header.e_shentsize = sizeof(Elf64_Shdr);
  for (const std::string& name : names) {
    Elf64_Shdr section{};
    section.sh_name = static_cast<Elf64_Word>(texts.size());
    section.sh_type = SHT_PROGBITS;
    table += raw(section);
    texts += name + '\0';
  }
  if (!names.empty()) {
    Elf64_Shdr strings{};
    strings.sh_type = SHT_STRTAB;
    strings.sh_offset = sizeof(header);
    strings.sh_size = texts.size();
    table += raw(strings);
    header.e_shoff = sizeof(header) + texts.size();
    header.e_shnum = static_cast<Elf64_Half>(names.size() + 2);
    header.e_shstrndx = static_cast<Elf64_Half>(names.size() + 1);
  }
  return raw(header) + texts + table;
}

GoFile inspect(const std::string& bytes) {
  const auto image = ElfImage::parse(std::as_bytes(std::span(bytes)), "file");
  EXPECT_TRUE(image.has_value()) << image.error().message;
  return image ? inspect_go_file(*image) : GoFile();
}

TEST(GoFiles, ASectionOfGosLinkerIsEnough) {
  for (const char* section :
       {".go.buildinfo", ".gopclntab", ".data.rel.ro.gopclntab", ".note.go.buildid"}) {
    const GoFile file = inspect(elf_with({".text", section}));
    EXPECT_EQ(file.verdict, Verdict::go) << section;
    EXPECT_EQ(file.build.version, "") << section;
  }
}

TEST(GoFiles, OtherSectionsAreNotGos) {
  EXPECT_EQ(inspect(elf_with({".text", ".data"})).verdict, Verdict::none);
  EXPECT_EQ(inspect(elf_with({".gopclntab2", "go.buildinfo"})).verdict, Verdict::none);
}

TEST(GoFiles, WithoutSectionsTheFileDoesNotTell) {
  EXPECT_EQ(inspect(elf_with({})).verdict, Verdict::packed);
}

TEST(GoFiles, AGoProgramTellsHowItWasBuilt) {
  const auto binary = testing_support::go_binary({"-ldflags=-s -w"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const auto image = ElfImage::open(*binary.path);
  ASSERT_TRUE(image.has_value());

  const GoFile file = inspect_go_file(*image);

  EXPECT_EQ(file.verdict, Verdict::go);
  EXPECT_THAT(file.build.version, testing::StartsWith("go1."));
}

// Files of a folder, opened one after another.
class GoFilesSeen : public testing::Test {
 protected:
  ScopedFd open(const std::string& bytes) const {
    return ScopedFd(::open(folder_.file("file", bytes).c_str(), O_RDONLY | O_CLOEXEC));
  }

  sample::TemporaryFolder folder_;
  GoFiles files_;
};

TEST_F(GoFilesSeen, AFileIsLookedAtOnce) {
  EXPECT_EQ(files_.find({1, 2}), nullptr);

  EXPECT_EQ(files_.look({1, 2}, open(elf_with({".gopclntab"}))).verdict, Verdict::go);

  ASSERT_NE(files_.find({1, 2}), nullptr);
  EXPECT_EQ(files_.find({1, 2})->verdict, Verdict::go);
  EXPECT_EQ(files_.look({1, 2}, open(elf_with({".text"}))).verdict, Verdict::go);
}

TEST_F(GoFilesSeen, TheSameInodeOfAnotherDeviceIsAnotherFile) {
  files_.look({1, 2}, open(elf_with({".gopclntab"})));

  EXPECT_EQ(files_.find({2, 2}), nullptr);
  EXPECT_EQ(files_.look({2, 2}, open(elf_with({".text"}))).verdict, Verdict::none);
}

TEST_F(GoFilesSeen, WhatIsNoElfFileHasNoGoInIt) {
  EXPECT_EQ(files_.look({1, 2}, open("#!/bin/sh\n")).verdict, Verdict::none);
  EXPECT_EQ(files_.look({1, 3}, open("")).verdict, Verdict::none);
  EXPECT_EQ(files_.look({1, 4}, ScopedFd()).verdict, Verdict::none);
  EXPECT_NE(files_.find({1, 4}), nullptr);
}

}  // namespace
}  // namespace goknot::target
