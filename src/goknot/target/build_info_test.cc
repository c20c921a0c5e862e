// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/build_info.h"

#include "goknot/target/linux/process_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace goknot::target {

namespace {

constexpr std::string_view kMark = "\xff Go buildinf:";
constexpr std::string_view kModules =
    "0123456789abcdef"
    "path\texample.com/hub\n"
    "mod\texample.com/hub\tv1.2.3\th1:abc=\n"
    "dep\tgolang.org/x/net\tv0.1.0\th1:def=\n"
    "dep\tgolang.org/x/sys\tv0.1.0\th1:ghi=\n"
    "build\tCGO_ENABLED=0\n"
    "build\tvcs.revision=4f0e\n"
    "0123456789abcdef";

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

StringReader no_strings() {
  return [](Address) -> std::optional<std::string> { return std::nullopt; };
}

std::string with_length(std::string_view text) {
  std::string bytes;
  for (std::size_t size = text.size();; size >>= 7U) {
    bytes += static_cast<char>((size & 0x7fU) | (size > 0x7f ? 0x80U : 0U));
    if (size <= 0x7f) break;
  }
  return bytes + std::string(text);
}

std::string inline_info(std::string_view version, std::string_view modules) {
  std::string bytes = std::string(kMark) + "\x08\x02";
  bytes.resize(32);
  return bytes + with_length(version) + with_length(modules);
}

std::string pointer_info(Address version, Address modules) {
  std::string bytes = std::string(kMark) + '\x08' + '\0';
  bytes.append(reinterpret_cast<const char*>(&version), sizeof(version));
  bytes.append(reinterpret_cast<const char*>(&modules), sizeof(modules));
  return bytes;
}

TEST(BuildInfo, InlineTextsTellVersionAndModules) {
  const auto info = parse_build_info(bytes_of(inline_info("go1.26.8", kModules)), no_strings());

  ASSERT_TRUE(info);
  EXPECT_EQ(info->version, "go1.26.8");
  EXPECT_EQ(info->path, "example.com/hub");
  EXPECT_EQ(info->module, "example.com/hub");
  EXPECT_EQ(info->module_version, "v1.2.3");
  EXPECT_EQ(info->dependencies, 2U);
  EXPECT_EQ(info->setting("vcs.revision"), "4f0e");
  EXPECT_EQ(info->setting("nonsense"), "");
}

TEST(BuildInfo, OlderProgramsPointToTheirTexts) {
  const auto strings = [](Address header) -> std::optional<std::string> {
    if (header == 0x1000) return "go1.16.3";
    return header == 0x2000 ? std::optional<std::string>(kModules) : std::nullopt;
  };

  const auto info = parse_build_info(bytes_of(pointer_info(0x1000, 0x2000)), strings);

  ASSERT_TRUE(info);
  EXPECT_EQ(info->version, "go1.16.3");
  EXPECT_EQ(info->path, "example.com/hub");
  EXPECT_FALSE(parse_build_info(bytes_of(pointer_info(0, 0)), strings));
}

TEST(BuildInfo, ProgramsWithoutModulesHaveAVersion) {
  const auto info = parse_build_info(bytes_of(inline_info("go1.22", "")), no_strings());

  ASSERT_TRUE(info);
  EXPECT_EQ(info->path, "");
}

TEST(BuildInfo, CutAnywhereNothingIsInvented) {
  const std::string whole = inline_info("go1.26.8", kModules);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto info = parse_build_info(bytes_of(whole).first(size), no_strings());
    EXPECT_EQ(info.has_value(), size >= 32 + 9) << size;
    if (info) {
      EXPECT_EQ(info->version, "go1.26.8");
      EXPECT_EQ(info->path, "") << size;
    }
  }
}

TEST(BuildInfo, AbsurdLengthsAreNotBelieved) {
  std::string bytes = inline_info("", "");
  bytes.resize(32);
  bytes += std::string(9, '\xff') + "\x7f" + "go1.26";

  EXPECT_FALSE(parse_build_info(bytes_of(bytes), no_strings()));
}

TEST(BuildInfo, TheMarkStandsAtAMultipleOfSixteen) {
  std::string bytes = std::string(20, 'x') + std::string(kMark) + std::string(40, 'x');
  EXPECT_FALSE(find_build_info(bytes_of(bytes)));

  bytes.resize(96, 'x');
  bytes += inline_info("go1.26.8", "");
  EXPECT_EQ(find_build_info(bytes_of(bytes)), 96U);
}

TEST(BuildInfo, MemoryIsReadInBothForms) {
  static const std::string version = "go1.16.3";
  struct Header {
    const char* data;
    std::size_t size;
  };
  static const Header header{.data = version.data(), .size = version.size()};
  static const std::string pointers = pointer_info(reinterpret_cast<Address>(&header), 0);
  static const std::string texts = inline_info("go1.26.8", kModules);
  const auto memory = open_process_memory(::getpid());
  ASSERT_TRUE(memory);

  const auto older = read_build_info(**memory, reinterpret_cast<Address>(pointers.data()));
  const auto newer = read_build_info(**memory, reinterpret_cast<Address>(texts.data()));

  ASSERT_TRUE(older && newer);
  EXPECT_EQ(older->version, "go1.16.3");
  EXPECT_EQ(newer->setting("CGO_ENABLED"), "0");
  EXPECT_FALSE(read_build_info(**memory, 0));
}

}  // namespace

}  // namespace goknot::target
