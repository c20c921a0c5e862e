// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/archive.h"

#include "tests/support/pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::source {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing_support::packed_archive;
using testing_support::packed_stream;

// Every file of an archive, "name: text", and how reading ended if that was not the end.
std::vector<std::string> files_of(std::string_view bytes, const UnpackLimits& limits = {}) {
  Allowance allowance(limits, bytes.size());
  const Container* container = find_container(bytes);
  if (container == nullptr) return {"no container"};
  auto archive = Archive::open(*container, bytes, allowance);
  if (!archive) return {"open: " + archive.error().message};
  std::vector<std::string> files;
  for (;;) {
    auto entry = archive->next();
    if (!entry) files.push_back("next: " + entry.error().message);
    if (!entry || !*entry) return files;
    const Entry& file = **entry;
    files.push_back(file.name + ": " + std::string(file.in_place) +
                    std::string(file.copied.view()) +
                    (file.trouble.empty() ? "" : " (" + file.trouble + ")"));
  }
}

TEST(Archive, FilesComeInTheirOrder) {
  for (const char* format : {"tar", "zip"}) {
    EXPECT_THAT(files_of(packed_archive(format, {{"b/two.txt", "2"}, {"one", "1"}, {"none", ""}})),
                ElementsAre("b/two.txt: 2", "one: 1", "none: "))
        << format;
  }
}

TEST(Archive, AFileOfATarStaysWhereItIs) {
  const std::string bytes = packed_archive("tar", {{"a", std::string(100'000, 'x')}});
  Allowance allowance({}, bytes.size());
  auto archive = Archive::open(*find_container(bytes), bytes, allowance);
  ASSERT_TRUE(archive);

  const auto entry = archive->next();

  ASSERT_TRUE(entry && *entry);
  EXPECT_EQ((*entry)->copied.size(), 0U);
  EXPECT_THAT((*entry)->in_place, SizeIs(100'000));
  EXPECT_GE((*entry)->in_place.data(), bytes.data());
  EXPECT_LE((*entry)->in_place.data() + 100'000, bytes.data() + bytes.size());
}

TEST(Archive, ACutArchiveNeverGivesMore) {
  for (const char* format : {"tar", "zip"}) {
    const std::string bytes = packed_archive(format, {{"a", "text"}, {"b", "more"}});
    const std::vector<std::string> whole = files_of(bytes);

    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto files = files_of(std::string_view(bytes).substr(0, size));

      // The error that ends it takes a line, too.
      EXPECT_LE(files.size(), whole.size() + 1) << format << " " << size;
    }
  }
}

TEST(Archive, TooManyEntriesAreRefused) {
  const std::string bytes = packed_archive("tar", {{"a", "1"}, {"b", "2"}, {"c", "3"}});

  EXPECT_THAT(files_of(bytes, {.members = 2}), ElementsAre("a: 1", "b: 2", HasSubstr("next: ")));
}

TEST(Archive, TooManyBytesAreRefused) {
  const std::string bytes = packed_archive("zip", {{"a", std::string(10'000, 'x')}, {"b", "2"}});

  EXPECT_THAT(files_of(bytes, {.bytes = 5'000}), ElementsAre(HasSubstr("next: ")));
}

TEST(Archive, DamageIsTroubleOfTheFileItIsIn) {
  std::string bytes = packed_archive("zip", {{"a", std::string(1'000, 'x') + "end"}, {"b", "2"}});
  const std::size_t content = bytes.find("a") + 8;
  bytes.replace(content, 4, "\xff\xff\xff\xff");

  const auto files = files_of(bytes);

  ASSERT_FALSE(files.empty());
  EXPECT_THAT(files.front(), HasSubstr("("));
}

TEST(Archive, AStreamIsExpanded) {
  for (const char* filter : {"gzip", "zstd", "xz", "bzip2", "lz4"}) {
    const std::string text = "goroutine 1 [running]:\n" + std::string(5'000, 'x');
    const std::string packed = packed_stream(filter, text);
    Allowance allowance({}, packed.size());

    const auto out = expand(*find_container(packed), packed, allowance);

    ASSERT_TRUE(out) << filter << ": " << out.error().message;
    EXPECT_EQ(out->bytes.view(), text) << filter;
    EXPECT_EQ(out->trouble, "") << filter;
  }
}

TEST(Archive, AStreamOfNothingIsEmptyAndNotDamaged) {
  using std::string_view_literals::operator""sv;
  for (
      const std::string_view packed :
      {"\x1f\x8b\x08\0\0\0\0\0\x02\x03\x03\0\0\0\0\0\0\0\0\0"sv,
       "\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x51"sv,
       "\xfd"
       "7zXZ\0\0\x04\xe6\xd6\xb4\x46\0\0\0\0\x1c\xdf\x44\x21\x1f\xb6\xf3\x7d\x01\0\0\0\0\x04YZ"sv}) {
    const Container* container = find_container(packed);
    ASSERT_NE(container, nullptr);
    Allowance allowance({}, packed.size());

    const auto out = expand(*container, packed, allowance);

    ASSERT_TRUE(out) << container->name << ": " << out.error().message;
    EXPECT_EQ(out->bytes.size(), 0U) << container->name;
    EXPECT_EQ(out->trouble, "") << container->name;
  }
}

TEST(Archive, AStreamCutAnywhereIsNotTakenForText) {
  const std::string text = "goroutine 1 [running]:\nmain.main()\n";
  for (const char* filter : {"gzip", "zstd", "xz", "bzip2", "lz4"}) {
    const std::string packed = packed_stream(filter, text);
    const Container* container = find_container(packed);
    for (std::size_t size = container->mark.size(); size < packed.size(); ++size) {
      Allowance allowance({}, size);

      const auto out = expand(*container, std::string_view(packed).substr(0, size), allowance);

      EXPECT_TRUE(!out || text.starts_with(out->bytes.view())) << filter << " " << size;
    }
  }
}

// What comes out of a stream piece by piece, and what is said at the end.
std::pair<std::string, std::string> passed_through(const std::string& packed) {
  std::string text;
  const auto said = pass_through(*find_container(packed), packed, [&](std::string_view piece) {
    text += piece;
    return Result<Unit>(Unit{});
  });
  return {text, said ? *said : "error: " + said.error().message};
}

TEST(Archive, APassingStreamSaysWhetherItCameToItsEnd) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string packed = packed_stream("zstd", text);

  EXPECT_EQ(passed_through(packed), std::make_pair(text, std::string()));
  const auto [cut, said] = passed_through(packed.substr(0, packed.size() - 1));
  EXPECT_EQ(said, "is damaged or ends early");
  EXPECT_TRUE(text.starts_with(cut));
  EXPECT_THAT(passed_through(packed.substr(0, 20)).second, HasSubstr("error: is damaged"));
}

TEST(Archive, WhoRefusesAPieceEndsThePassing) {
  const std::string packed = packed_stream("xz", "text");

  const auto said = pass_through(*find_container(packed), packed, [](std::string_view) {
    return Result<Unit>(fail(Kind::io, "no room"));
  });

  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().message, "no room");
}

}  // namespace
}  // namespace goknot::source
