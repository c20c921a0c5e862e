// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/labels.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;

constexpr Address kGoroutine = 0x10000;
constexpr Address kLabels = 0x11000;

// A program with one goroutine whose labels a test writes.
class Labels : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    layout_ = *layout_of({GetParam()}, Architecture::amd64);
    memory_.map(0x10000, 0x20000);
    memory_.put(kGoroutine + static_cast<Address>(layout_.g.labels), kLabels);
    snapshot_.goroutines.resize(1);
  }

  // Writes a string's header and, elsewhere, its text.
  void put_string(Address at, std::string_view text) {
    memory_.put(at, next_);
    memory_.put(at + 8, std::uint64_t{text.size()});
    memory_.put(next_, text);
    next_ += text.size();
  }
  // Writes a set of two labels as the release has it.
  void put_labels() { GetParam() < 24 ? put_map() : put_slice(); }
  void put_map() {
    memory_.put(kLabels, Address{0x11100});
    memory_.put(0x11100, std::uint64_t{2});       // count
    memory_.put(0x11100 + 16, Address{0x12000});  // buckets
    memory_.put(0x12000 + 1, std::uint8_t{200});  // hashes of slots 1 and 3
    memory_.put(0x12000 + 3, std::uint8_t{5});
    put_string(0x12000 + 8 + 16, "user");
    put_string(0x12000 + 8 + 128 + 16, "42");
    put_string(0x12000 + 8 + 48, "request");
    put_string(0x12000 + 8 + 128 + 48, "/login");
  }
  void put_slice() {
    memory_.put(kLabels, Address{0x12000});
    memory_.put(kLabels + 8, std::uint64_t{2});
    memory_.put(kLabels + 16, std::uint64_t{4});
    put_string(0x12000, "request");
    put_string(0x12010, "/login");
    put_string(0x12020, "user");
    put_string(0x12030, "42");
  }
  // "request=/login user=42 ".
  std::string read() {
    const Labelled labelled[] = {{.row = 0, .goroutine = kGoroutine, .labels = kLabels}};
    read_labels(memory_, layout_, labelled, snapshot_);
    std::string text;
    const LabelsId labels = snapshot_.goroutines[0].labels;
    if (!labels) return "none";
    for (const auto& [key, value] : snapshot_.label_sets[labels.index()].labels) {
      text += std::string(snapshot_.strings[key]) + "=";
      text += std::string(snapshot_.strings[value]) + " ";
    }
    return text;
  }

  Layout layout_;
  FakeMemory memory_;
  Snapshot snapshot_;
  Address next_ = 0x13000;
};

INSTANTIATE_TEST_SUITE_P(Releases, Labels, testing::Values(13, 23, 24, 27));

TEST_P(Labels, AreReadAsTheReleaseKeepsThem) {
  put_labels();

  EXPECT_EQ(read(), "request=/login user=42 ");
}

TEST_P(Labels, AreNoneIfTheGoroutineHasGotOthersMeanwhile) {
  put_labels();
  memory_.put(kGoroutine + static_cast<Address>(layout_.g.labels), Address{0x11800});

  EXPECT_EQ(read(), "none");
}

TEST_P(Labels, AreNoneIfThereAreAbsurdlyMany) {
  put_labels();
  memory_.put(GetParam() < 24 ? Address{0x11100} : kLabels + 8, std::uint64_t{1} << 60U);

  EXPECT_EQ(read(), "none");
}

TEST_P(Labels, AreNoneIfATextCannotBeRead) {
  put_labels();
  memory_.put(GetParam() < 24 ? Address{0x12000 + 8 + 16} : Address{0x12020}, Address{0x99000});

  EXPECT_EQ(read(), "none");
}

TEST_P(Labels, AreNoneIfATextIsAbsurdlyLong) {
  put_labels();
  memory_.put(GetParam() < 24 ? Address{0x12000 + 8 + 24} : Address{0x12028},
              std::uint64_t{1} << 40U);

  EXPECT_EQ(read(), "none");
}

TEST_P(Labels, AreNoneIfNothingIsThere) { EXPECT_EQ(read(), "none"); }

}  // namespace
}  // namespace goknot::target
