// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_uses.h"

#include "tests/support/fake_heap.h"
#include "tests/support/written_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeHeap;
using testing_support::WrittenCode;
using Kind = FileUse::Kind;

constexpr std::string_view kPath = "/var/lib/cache.db";
constexpr Address kVariable = 0x7000000100;  // mheap_.allspans, and around it the bss
constexpr Address kStack = 0x7100000000;

// A goroutine that stands in code which a test writes. Descriptor 7 of cache.db has its lock, 9 and
// 11 have not. Two functions of the program are called syscall.Flock and os.(*File).Close.
class FileUsesOf : public testing::Test {
 protected:
  static constexpr std::string_view kFlock = "syscall.Flock";
  static constexpr std::string_view kClose = "os.(*File).Close";

  FileUsesOf() {
    heap_.module.bss = {kVariable & ~Address{0x1fff}, (kVariable & ~Address{0x1fff}) + 0x2000};
    code_.memory().map(kStack, kStack + 0x1000);
    specimen_.record.key.id = 5;
    specimen_.record.status.state = State::waiting;
    specimen_.record.parked.reason = WaitReason::sleep;
    specimen_.look = Look::steady;
  }

  // An os.File of a descriptor of cache.db: os.File → os.file.
  Address file(std::int64_t fd) {
    const Address text = heap_.add_span(64, FakeHeap::Content::plain);
    const Address descriptor = heap_.add_span(96, FakeHeap::Content::pointers);
    const Address file = heap_.add_span(8, FakeHeap::Content::pointers);
    code_.memory().put(text, kPath).put(descriptor + 16, fd);
    code_.memory().put(descriptor + 56, text).put(descriptor + 64, std::uint64_t{kPath.size()});
    code_.memory().put(file, descriptor);
    return file;
  }
  // for { syscall.Flock(); sleep() }; where the sleep returns to.
  Address write_loop() {
    const Address begin = code_.here();
    const Address sleeps = code_.call(kFlock).call("sync.(*Mutex).Lock").here();
    code_.jump_back_to(begin).leave();
    return sleeps;
  }
  // The next frame outside, which returns to an address; with a word among its variables.
  void stand(Address returns_to, Address variable = 0) {
    const Address sp = kStack + 0x40 * activations_.size();
    if (variable != 0) code_.memory().put(sp + 16, variable);
    activations_.push_back({.site = &code_.site(returns_to), .pc = returns_to, .sp = sp});
  }
  // A call of a function that the frame at `depth` has deferred, with a word that it captured.
  void defer(std::string_view function, Address captured, std::size_t depth) {
    const Address closure = kStack + 0x800;
    const Address record = kStack + 0x900;
    const auto& field = code_.code().layout().defer_record;
    code_.memory().put(closure, code_.function(function).entry).put(closure + 8, captured);
    code_.memory().put(record + Address(field.fn), closure);
    code_.memory().put(record + Address(field.sp), activations_[depth].sp);
    specimen_.record.defers = record;
  }

  std::vector<FileUse> uses(bool listed = true) {
    std::vector<std::byte> bytes(0x40 * activations_.size());
    EXPECT_TRUE(code_.memory().read(kStack, bytes));
    specimen_.stack = {kStack, bytes};
    specimen_.activations = activations_;
    Surroundings surroundings;
    surroundings.read(code_.code(), std::span(&specimen_, 1));
    std::vector<std::uint32_t> depths;
    for (std::uint32_t i = 0; i < activations_.size(); ++i) depths.push_back(10 + i);
    const ContendedFile files[] = {{.path = std::string(kPath),
                                    .owners = {7},
                                    .others = {9, 11},
                                    .holders = {},
                                    .listed = listed}};
    FileUses found(code_.code(), heap_.module, files);
    found.note(specimen_, surroundings, depths);
    return found.take();
  }

  WrittenCode code_{
      {{"sync.(*Mutex).Unlock", std::string(kFlock)}, {"main.callsInlined", std::string(kClose)}}};
  FakeHeap heap_{code_.memory(), code_.code().layout(), kVariable};
  Specimen specimen_;
  std::vector<Activation> activations_;
};

TEST_F(FileUsesOf, WhoTriesAgainAndAgainWantsTheLock) {
  stand(write_loop(), file(9));

  const auto found = uses();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].goroutine, 5);
  EXPECT_EQ(found[0].frame, 10U);
  EXPECT_EQ(found[0].fd, 9);
  EXPECT_EQ(found[0].kind, Kind::wants);
  EXPECT_TRUE(found[0].supported);
}

TEST_F(FileUsesOf, WhoIsPastItsTryIsNotSupportedByItsCode) {
  const Address sleeps = code_.call(kFlock).call("sync.(*Mutex).Lock").here();
  code_.leave();
  stand(sleeps, file(9));

  const auto found = uses();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].supported);
}

TEST_F(FileUsesOf, WhoLocksNoFilesWantsNone) {
  const Address sleeps = code_.call("sync.(*Mutex).Lock").here();
  code_.leave();
  stand(sleeps, file(9));

  EXPECT_THAT(uses(), IsEmpty());
}

TEST_F(FileUsesOf, WhoWaitsForSomethingElseIsNotInTheMiddleOfTrying) {
  stand(write_loop(), file(9));

  for (const WaitReason reason : {WaitReason::mutex_lock, WaitReason::io_wait}) {
    specimen_.record.parked.reason = reason;
    EXPECT_THAT(uses(), IsEmpty());
  }
  specimen_.record.status.state = State::syscall;
  EXPECT_EQ(uses().size(), 1U);
  specimen_.record.status.state = State::running;
  EXPECT_THAT(uses(), IsEmpty());
}

TEST_F(FileUsesOf, TheDescriptorThatHasTheLockIsNotWanted) {
  stand(write_loop(), file(7));

  EXPECT_THAT(uses(), IsEmpty());
}

TEST_F(FileUsesOf, ANumberThatIsNoPointerIsNoFile) {
  stand(write_loop(), file(9) + 1);

  EXPECT_THAT(uses(), IsEmpty());
}

TEST_F(FileUsesOf, AVariableOnTheStackMayBeTakenByItsAddress) {
  code_.memory().put(kStack + 0x38, file(9));
  stand(write_loop(), kStack + 0x38);

  EXPECT_EQ(uses().size(), 1U);
}

TEST_F(FileUsesOf, TheFileMayBeInTheVariablesOfWhoCalledTheLoop) {
  const Address sleeps = write_loop();
  stand(sleeps);
  stand(sleeps, file(9));

  const auto found = uses();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].frame, 10U) << "where it tries";
}

TEST_F(FileUsesOf, WhoHasTheLockedFileInItsVariablesKeepsIt) {
  const Address sleeps = write_loop();
  stand(sleeps, file(9));
  stand(sleeps, file(7));

  const auto found = uses();

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].kind, Kind::keeps);
  EXPECT_EQ(found[1].fd, 7);
  EXPECT_EQ(found[1].frame, 11U);
}

TEST_F(FileUsesOf, ACallThatWillCloseTheLockedFileIsNoted) {
  const Address waits = code_.call("sync.(*Mutex).Lock").here();
  code_.leave();
  stand(waits);
  stand(waits);
  defer(kClose, file(7), 1);

  const auto found = uses();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Kind::closes);
  EXPECT_EQ(found[0].fd, 7);
  EXPECT_EQ(found[0].frame, 11U);
  EXPECT_FALSE(found[0].supported) << "neither has to do with locks of files";
}

TEST_F(FileUsesOf, AFunctionThatLocksFilesSupportsThatItClosesOne) {
  stand(write_loop());
  specimen_.record.parked.reason = WaitReason::mutex_lock;
  defer(kClose, file(7), 0);

  const auto found = uses();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].supported);
}

TEST_F(FileUsesOf, ADeferredCallOfAnotherFileIsNone) {
  const Address waits = code_.call("sync.(*Mutex).Lock").here();
  code_.leave();
  stand(waits);
  defer(kClose, file(9), 0);
  EXPECT_THAT(uses(), IsEmpty());

  defer("sync.(*Mutex).Lock", file(7), 0);
  EXPECT_THAT(uses(), IsEmpty());
}

TEST_F(FileUsesOf, WithoutTheKernelsWordEveryDescriptorInTheFrameMayBeIt) {
  stand(write_loop(), file(9));
  code_.memory().put(kStack + 24, file(11)).put(kStack + 32, file(9));

  EXPECT_EQ(uses(true).size(), 1U) << "the innermost variable";
  EXPECT_EQ(uses(false).size(), 2U) << "each once";
}

TEST_F(FileUsesOf, WhereNoFileIsContendedNothingIsLookedAt) {
  stand(write_loop(), file(9));
  FileUses found(code_.code(), heap_.module, {});

  found.note(specimen_, {}, {});

  EXPECT_THAT(found.take(), IsEmpty());
}

}  // namespace
}  // namespace goknot::target
