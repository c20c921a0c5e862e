// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/elf_image.h"

#include "tests/support/go_binary.h"
#include "tests/support/outside_program.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

// Looked for by name below.
extern "C" {
extern int goknot_elf_image_test_variable[4];
int goknot_elf_image_test_variable[4] = {1, 2, 3, 4};
}

namespace goknot::target {

namespace {

using testing::HasSubstr;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string own_bytes() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The header of a file for some machine and nothing else.
std::string header_only(unsigned char word_size, unsigned machine) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = word_size;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = static_cast<Elf64_Half>(machine);
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(header);
  return {reinterpret_cast<const char*>(&header), sizeof(header)};
}

std::string error_of(std::string_view bytes) {
  const auto image = ElfImage::parse(bytes_of(bytes), "hub");
  return image ? "none" : image.error().message;
}

TEST(ElfImage, OurOwnProgramHasSegmentsSectionsAndAnId) {
  const auto image = ElfImage::open("/proc/self/exe");

  ASSERT_TRUE(image) << image.error().message;
  EXPECT_FALSE(image->segments().empty());
  ASSERT_NE(image->find_section(".text"), nullptr);
  EXPECT_EQ(image->find_section(".nonsense"), nullptr);
  EXPECT_EQ(image->bytes_of(*image->find_section(".bss")).size(), 0U);
}

TEST(ElfImage, AVariableIsFoundByNameAndByAddress) {
  const auto image = ElfImage::open("/proc/self/exe");
  ASSERT_TRUE(image);
  const ElfVariables variables = image->variables();

  const ElfVariable* variable = variables.find("goknot_elf_image_test_variable");

  ASSERT_NE(variable, nullptr);
  EXPECT_EQ(variable->size, sizeof(goknot_elf_image_test_variable));
  EXPECT_EQ(variables.at(variable->address + 15), variable);
  EXPECT_NE(variables.at(variable->address + 16), variable);
  EXPECT_EQ(variables.at(0), nullptr);
  EXPECT_EQ(variables.at(UINT64_MAX), nullptr);
  const auto bytes = image->loaded_bytes(variable->address, variable->size);
  ASSERT_EQ(bytes.size(), 16U);
  EXPECT_EQ(load<int>(bytes, 8), 3);
}

TEST(ElfImage, AGoProgramHasBothIdsAndItsRuntimesVariables) {
  const auto program = testing_support::go_binary({"-buildmode=exe"});
  if (!program.path) GTEST_SKIP() << program.why_not;

  const auto image = ElfImage::open(*program.path);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->type(), ElfType::executable);
  EXPECT_THAT(image->build_ids().go, HasSubstr("/"));
  EXPECT_NE(image->find_section(".go.buildinfo"), nullptr);
  EXPECT_NE(image->variables().find("runtime.allgs"), nullptr);
}

TEST(ElfImage, AStrippedProgramHasNoVariables) {
  const auto program = testing_support::go_binary({"-ldflags=-s -w", "-buildmode=pie"});
  if (!program.path) GTEST_SKIP() << program.why_not;

  const auto image = ElfImage::open(*program.path);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->type(), ElfType::shared);
  EXPECT_EQ(image->variables().find("runtime.allgs"), nullptr);
}

TEST(ElfImage, OtherFilesAreNone) {
  EXPECT_EQ(error_of(""), "hub: not an ELF file");
  EXPECT_EQ(error_of("#!/bin/sh\n"), "hub: not an ELF file");
  EXPECT_EQ(ElfImage::open("/").error().message, "/: not an ELF file");
  EXPECT_EQ(ElfImage::open("/nonsense").error().kind, Kind::not_found);
}

TEST(ElfImage, OtherMachinesAreNamed) {
  EXPECT_EQ(error_of(header_only(ELFCLASS32, EM_386)),
            "hub: a 32-bit program; only 64-bit ones can be read");
  EXPECT_EQ(error_of(header_only(ELFCLASS64, EM_RISCV)),
            "hub: made for riscv64; only amd64 and arm64 can be read");
  EXPECT_EQ(error_of(header_only(ELFCLASS64, EM_AARCH64)), "none");
}

// Everything that can be asked of an image.
std::size_t ask_all(const ElfImage& image) {
  std::size_t size = image.build_ids().gnu.size() + image.build_ids().go.size();
  for (const ElfSection& section : image.sections()) {
    size += section.name.size() + image.bytes_of(section).size();
  }
  for (const ElfSegment& segment : image.segments()) {
    size += image.loaded_bytes(segment.address, 1).size();
  }
  const ElfVariables variables = image.variables();
  return size + (variables.at(0x1000) == nullptr ? 0 : 1);
}

TEST(ElfImage, CutAnywhereItIsReadOrRefused) {
  const std::string whole = own_bytes();
  for (std::size_t size = 1; size < whole.size(); size = size * 3 / 2 + 1) {
    const std::string cut = whole.substr(0, size);
    if (const auto image = ElfImage::parse(bytes_of(cut), "cut")) ask_all(*image);
  }
}

TEST(ElfImage, WithHeadersOverwrittenItIsReadOrRefused) {
  std::string bytes = header_only(ELFCLASS64, EM_X86_64) + std::string(4096, '\xff');
  for (std::size_t at = EI_NIDENT; at < sizeof(Elf64_Ehdr); ++at) {
    for (const char value : {'\x01', '\x40', '\x7f', '\xff'}) {
      std::string changed = bytes;
      changed[at] = value;
      if (const auto image = ElfImage::parse(bytes_of(changed), "changed")) ask_all(*image);
    }
  }
}

}  // namespace

}  // namespace goknot::target
