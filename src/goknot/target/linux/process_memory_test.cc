// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_memory.h"

#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

namespace goknot::target {

namespace {

using testing_support::Child;
using testing_support::eventually;
using Way = ProcessMemory::Way;

Address address_of(const void* pointer) { return reinterpret_cast<Address>(pointer); }

// Four pages of 'a', 'b', 'c', 'd'; the second has no rights, the fourth is not there.
class Pages {
 public:
  Pages() : bytes_(static_cast<char*>(make())) {
    for (std::size_t i = 0; i < 4; ++i) std::memset(bytes_ + i * kPage, 'a' + int(i), kPage);
    mprotect(bytes_ + kPage, kPage, PROT_NONE);
    munmap(bytes_ + 3 * kPage, kPage);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { munmap(bytes_, 3 * kPage); }

  Address at(std::size_t offset) const { return address_of(bytes_) + offset; }

  static constexpr std::size_t kPage = 4096;

 private:
  static void* make() {
    return mmap(nullptr, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  char* bytes_;
};

class ReadingInBothWays : public testing::TestWithParam<Way> {
 protected:
  static std::unique_ptr<ProcessMemory> open(pid_t pid) {
    auto memory = open_process_memory(pid, GetParam());
    EXPECT_TRUE(memory.has_value()) << (memory ? "" : memory.error().message);
    return memory ? *std::move(memory) : nullptr;
  }
};

TEST_P(ReadingInBothWays, BytesOfAnotherProcessAreSeen) {
  static volatile std::uint64_t word;
  word = 1;
  const Child child([] { word = 0x1122334455667788; });

  const auto memory = open(child.pid());

  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->read<std::uint64_t>(address_of(const_cast<std::uint64_t*>(&word))),
            0x1122334455667788U);
  EXPECT_TRUE(memory->alive());
}

TEST_P(ReadingInBothWays, AReadEndsWhereTheMappingEnds) {
  const Pages pages;
  const Child child([] {});
  const auto memory = open(child.pid());
  ASSERT_TRUE(memory);

  std::string text(2 * Pages::kPage, '?');
  const std::size_t count =
      memory->read_some(pages.at(2 * Pages::kPage), std::as_writable_bytes(std::span(text)));

  EXPECT_EQ(count, Pages::kPage);
  EXPECT_EQ(text, std::string(Pages::kPage, 'c') + std::string(Pages::kPage, '?'));
}

TEST_P(ReadingInBothWays, PagesWithoutRightsDoNotEndARead) {
  const Pages pages;
  const Child child([] {});
  const auto memory = open(child.pid());
  ASSERT_TRUE(memory);

  std::string text(3 * Pages::kPage, '?');
  const bool read = memory->read(pages.at(0), std::as_writable_bytes(std::span(text)));

  EXPECT_TRUE(read);
  EXPECT_EQ(text.front(), 'a');
  EXPECT_EQ(text[2 * Pages::kPage], 'c');
}

TEST_P(ReadingInBothWays, NothingIsReadAtAddressesThatNobodyHas) {
  const auto memory = open(::getpid());
  ASSERT_TRUE(memory);

  for (const Address address : {Address{0}, Address{0xffffffffffffffff}, Address{1} << 63U,
                                Address{0x00007fffffffffff}, Address{0xffffffffff600000}}) {
    EXPECT_FALSE(memory->read<std::uint64_t>(address)) << address;
  }
}

TEST_P(ReadingInBothWays, BadPiecesDoNotSpoilTheirNeighbours) {
  constexpr std::size_t kCount = 5000;
  const Pages pages;
  const Child child([] {});
  const auto memory = open(child.pid());
  ASSERT_TRUE(memory);
  std::vector<std::uint64_t> words(kCount);
  std::vector<Piece> pieces(kCount);
  const auto is_good = [](std::size_t i) { return i % 7 != 3 && i % 1024 != 0; };
  for (std::size_t i = 0; i < kCount; ++i) {
    pieces[i] = {.address = is_good(i) ? pages.at(2 * Pages::kPage + i % 512 * 8) : 8 * i,
                 .into = std::as_writable_bytes(std::span(&words[i], 1))};
  }

  memory->read_all(pieces);

  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(pieces[i].read, is_good(i)) << i;
    ASSERT_EQ(words[i], is_good(i) ? 0x6363636363636363U : 0U) << i;
  }
}

TEST_P(ReadingInBothWays, APieceThatEndsInAHoleIsNotRead) {
  const Pages pages;
  const Child child([] {});
  const auto memory = open(child.pid());
  ASSERT_TRUE(memory);
  std::string half(64, '?');
  std::string whole(64, '?');
  std::string nothing;
  Piece pieces[] = {
      {.address = pages.at(3 * Pages::kPage - 32), .into = std::as_writable_bytes(std::span(half))},
      {.address = 0, .into = std::as_writable_bytes(std::span(nothing))},
      {.address = pages.at(0), .into = std::as_writable_bytes(std::span(whole))}};

  memory->read_all(pieces);

  EXPECT_FALSE(pieces[0].read);
  EXPECT_TRUE(pieces[1].read);
  EXPECT_TRUE(pieces[2].read);
  EXPECT_EQ(whole, std::string(64, 'a'));
}

TEST_P(ReadingInBothWays, AProcessThatEndedInTheMiddleReadsAsNothing) {
  static const std::uint64_t word = 7;
  Child child([] {});
  const auto memory = open(child.pid());
  ASSERT_TRUE(memory);
  ASSERT_EQ(memory->read<std::uint64_t>(address_of(&word)), 7U);

  child.kill();

  EXPECT_FALSE(memory->read<std::uint64_t>(address_of(&word)));
  EXPECT_FALSE(memory->alive());
  std::uint64_t into = 0;
  std::vector<Piece> pieces(
      3000, {.address = address_of(&word), .into = std::as_writable_bytes(std::span(&into, 1))});
  memory->read_all(pieces);
  EXPECT_FALSE(pieces.back().read);
}

INSTANTIATE_TEST_SUITE_P(ProcessMemory, ReadingInBothWays,
                         testing::Values(Way::vectored, Way::file), [](const auto& test) {
                           return test.param == Way::vectored ? "Vectored" : "File";
                         });

TEST(ProcessMemory, RegionsAreThoseOfTheProcess) {
  static const int here = 1;
  const auto memory = open_process_memory(::getpid());
  ASSERT_TRUE(memory);

  const Region* region = (*memory)->region_of(address_of(&here));

  ASSERT_NE(region, nullptr);
  EXPECT_TRUE(region->readable);
  EXPECT_FALSE(region->path.empty());
  EXPECT_EQ((*memory)->regions().size(), (*memory)->mappings().size());
}

TEST(ProcessMemory, AProcessThatBecameAnotherProgramIsNotAliveAnyMore) {
  const Child child([] {
    struct sigaction become{};
    become.sa_handler = [](int) { ::execl("/bin/sleep", "sleep", "100", nullptr); };
    ::sigaction(SIGUSR1, &become, nullptr);
  });
  const auto memory = open_process_memory(child.pid());
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->alive());

  ::kill(child.pid(), SIGUSR1);

  EXPECT_TRUE(eventually([&memory] { return !(*memory)->alive(); }));
}

TEST(ProcessMemory, AProcessThatIsNotThereIsNotFound) {
  const auto memory = open_process_memory(0x7ffffff0);

  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().kind, Kind::not_found);
  EXPECT_EQ(memory.error().message, "process 2147483632: there is no such process");
}

}  // namespace

}  // namespace goknot::target
