// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/layouts/layout.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

Layout amd64(int minor, int patch = 0) {
  return layout_of({.minor = minor, .patch = patch}, Architecture::amd64).value();
}

Layout arm64(int minor) { return layout_of({.minor = minor}, Architecture::arm64).value(); }

TEST(Layout, GoidMovedInGo123AndBackInGo125) {
  EXPECT_EQ(amd64(13).g.goid, 152);
  EXPECT_EQ(amd64(22, 12).g.goid, 152);
  EXPECT_EQ(amd64(23).g.goid, 160);
  EXPECT_EQ(amd64(24, 13).g.goid, 160);
  EXPECT_EQ(amd64(25).g.goid, 152);
  EXPECT_EQ(amd64(27).g.goid, 152);
}

TEST(Layout, APointReleaseCanMoveAField) {
  EXPECT_EQ(amd64(23, 11).m.park, 320);
  EXPECT_EQ(amd64(23, 12).m.park, 344);
  EXPECT_EQ(amd64(24, 5).m.park, 320);
}

TEST(Layout, AFieldCanComeInAPointReleaseAndMissInTheNextMinor) {
  EXPECT_EQ(amd64(14, 9).g.parking_on_chan, kAbsent);
  EXPECT_EQ(amd64(14, 10).g.parking_on_chan, 185);
  EXPECT_EQ(amd64(15).g.parking_on_chan, kAbsent);
  EXPECT_EQ(amd64(15, 3).g.parking_on_chan, 185);
}

TEST(Layout, AFieldThatHasGoneIsAbsent) {
  EXPECT_EQ(amd64(24).g.sched_ret, 88);
  EXPECT_EQ(amd64(25).g.sched_ret, kAbsent);
}

TEST(Layout, TheTrueElementOfASudogIsItsSecondSlotSinceGo126) {
  const Layout before = amd64(25);
  const Layout after = amd64(26);

  EXPECT_EQ(before.sudog.elem_true, before.sudog.elem);
  EXPECT_EQ(after.sudog.elem_true, after.sudog.elem_vu);
  EXPECT_EQ(before.sudog.c_true, before.sudog.c);
  EXPECT_EQ(after.sudog.c_true, after.sudog.c_vu);
}

TEST(Layout, Arm64HasLongerCacheLinesSinceGo120) {
  EXPECT_EQ(arm64(19).sema_root.stride, 64);
  EXPECT_EQ(arm64(20).sema_root.stride, 128);
  EXPECT_EQ(amd64(20).sema_root.stride, 64);
}

TEST(Layout, MostOffsetsAreThoseOfAmd64) {
  EXPECT_EQ(arm64(26).g.goid, amd64(26).g.goid);
  EXPECT_NE(arm64(26).mheap.arenas, amd64(26).mheap.arenas);
  EXPECT_EQ(arm64(26).mheap.allspans, amd64(26).mheap.allspans);
}

TEST(Layout, Go127MovedTheModuleAndThePanicRecord) {
  EXPECT_EQ(amd64(26, 8).moduledata.next, 584);
  EXPECT_EQ(amd64(27).moduledata.next, 560);
  EXPECT_EQ(amd64(27).moduledata.typelinks, kAbsent);
  EXPECT_EQ(amd64(27).panic_record.sp, 48);
}

TEST(Layout, TheTextStartOfTheHeaderIsNotUsedSinceGo126) {
  EXPECT_EQ(amd64(25).pc_header.text_start, 24);
  EXPECT_EQ(amd64(26).pc_header.text_start, kAbsent);
}

TEST(Layout, TablesOfAFunctionAreNumberedByRelease) {
  EXPECT_EQ(amd64(15).funcdata.inl_tree, 4);
  EXPECT_EQ(amd64(16).funcdata.inl_tree, 3);
  EXPECT_EQ(amd64(16).funcdata.arg_info, kAbsent);
  EXPECT_EQ(amd64(17).funcdata.arg_info, 5);
  EXPECT_EQ(amd64(13).pcdata.inl_tree, 2);
}

TEST(Layout, TheFirstTableOfAFunctionSaysSince115WhereItMustNotBeStopped) {
  EXPECT_EQ(amd64(14).pcdata.reg_map, 0);
  EXPECT_EQ(amd64(14).pcdata.unsafe_point, kAbsent);
  EXPECT_EQ(amd64(15).pcdata.reg_map, kAbsent);
  EXPECT_EQ(amd64(15).pcdata.unsafe_point, 0);
}

TEST(Layout, AReleaseThatWasComparedIsExact) {
  const Layout layout = amd64(22, 12);

  EXPECT_TRUE(layout.exact());
  EXPECT_FALSE(layout.newer_than_known());
}

TEST(Layout, AnUnseenPointReleaseTakesTheNearestLowerOne) {
  const Layout layout = amd64(23, 99);

  EXPECT_EQ(layout.known, (GoVersion{.minor = 23, .patch = 12}));
  EXPECT_EQ(layout.m.park, 344);
  EXPECT_FALSE(layout.exact());
  EXPECT_FALSE(layout.newer_than_known());
}

TEST(Layout, AnUnseenMinorReleaseTakesTheNewest) {
  const Layout layout = amd64(99, 1);

  EXPECT_EQ(layout.known.minor, 27);
  EXPECT_EQ(layout.g.goid, amd64(27).g.goid);
  EXPECT_FALSE(layout.exact());
  EXPECT_TRUE(layout.newer_than_known());
}

TEST(Layout, AReleaseBefore113IsAnError) {
  const Result<Layout> layout = layout_of({.minor = 12, .patch = 17}, Architecture::amd64);

  ASSERT_FALSE(layout.has_value());
  EXPECT_EQ(layout.error().kind, Kind::unsupported);
  EXPECT_NE(layout.error().message.find("go1.12.17"), std::string::npos);
}

TEST(Layout, FunctionsWereNumberedAnewInGo117) {
  EXPECT_EQ(amd64(16).func_id(2), FuncId::goexit);
  EXPECT_EQ(amd64(17).func_id(7), FuncId::goexit);
  EXPECT_EQ(amd64(22).func_id(8), FuncId::goexit);
  EXPECT_EQ(amd64(24).func_id(17), FuncId::runfinq);
  EXPECT_EQ(amd64(25).func_id(17), FuncId::runtime_main);
}

TEST(Layout, AFunctionWithAnUnknownNumberIsNormal) {
  EXPECT_EQ(amd64(26).func_id(0), FuncId::normal);
  EXPECT_EQ(amd64(26).func_id(30), FuncId::normal);
  EXPECT_EQ(amd64(26).func_id(255), FuncId::normal);
}

// Every number a release gives is given once: a gap or a doubled line in the table would show.
TEST(Layout, ReasonsOfAReleaseHaveNoGaps) {
  constexpr std::uint8_t kLast[] = {24, 25, 26, 26, 26, 26, 26, 31, 31, 36, 36, 43, 46, 46, 46};
  for (int minor = 13; minor <= 27; ++minor) {
    const Layout layout = amd64(minor);
    const std::uint8_t last = kLast[minor - 13];
    for (std::uint8_t number = 1; number <= last; ++number) {
      EXPECT_NE(layout.wait_reason(number), Parked{}) << "1." << minor << " " << int{number};
    }
    EXPECT_EQ(layout.wait_reason(last + 1), Parked{}) << "1." << minor;
  }
}

TEST(Layout, FunctionsOfAReleaseHaveNoGaps) {
  constexpr std::uint8_t kLast[] = {20, 22, 22, 22, 22, 21, 21, 21, 21, 22, 22, 22, 23, 23, 23};
  for (int minor = 13; minor <= 27; ++minor) {
    const Layout layout = amd64(minor);
    const std::uint8_t last = kLast[minor - 13];
    for (std::uint8_t number = 1; number <= last; ++number) {
      EXPECT_NE(layout.func_id(number), FuncId::normal) << "1." << minor << " " << int{number};
    }
    EXPECT_EQ(layout.func_id(last + 1), FuncId::normal) << "1." << minor;
  }
}

TEST(WaitReason, TheSameByteMeansSomethingElseInAnotherRelease) {
  EXPECT_EQ(wait_reason({.minor = 19}, 18).reason, WaitReason::semacquire);
  EXPECT_EQ(wait_reason({.minor = 25}, 18).reason, WaitReason::gomaxprocs_updater);
  EXPECT_EQ(wait_reason({.minor = 26}, 18).reason, WaitReason::select);
}

TEST(WaitReason, ABubbleIsADurableWaitOfTheSameReason) {
  EXPECT_EQ(wait_reason({.minor = 24}, 41), (Parked{WaitReason::chan_receive, true}));
  EXPECT_EQ(wait_reason({.minor = 25}, 42), (Parked{WaitReason::chan_receive, true}));
  EXPECT_EQ(wait_reason({.minor = 25}, 14), (Parked{WaitReason::chan_receive, false}));
}

TEST(WaitReason, OnePointReleaseAppendedOne) {
  EXPECT_EQ(wait_reason({.minor = 23, .patch = 3}, 37), Parked{});
  EXPECT_EQ(wait_reason({.minor = 23, .patch = 4}, 37).reason, WaitReason::weak_to_strong);
}

TEST(WaitReason, NoneOrUnknownBytesGiveNoReason) {
  EXPECT_EQ(wait_reason({.minor = 26}, 0), Parked{});
  EXPECT_EQ(wait_reason({.minor = 26}, 200), Parked{});
}

TEST(StatusOf, TheScanBitIsTakenApart) {
  EXPECT_EQ(status_of(0x1004), (GStatus{.state = State::waiting, .scan = true}));
  EXPECT_EQ(status_of(4), (GStatus{.state = State::waiting}));
}

TEST(StatusOf, LeakedIsWaitingAndDeadExtraIsDead) {
  EXPECT_EQ(status_of(10), (GStatus{.state = State::waiting, .leaked = true}));
  EXPECT_EQ(status_of(11), (GStatus{.state = State::dead, .dead_extra = true}));
}

TEST(StatusOf, NumbersNoReleaseUsesAreUnknown) {
  EXPECT_EQ(status_of(5).state, State::unknown);
  EXPECT_EQ(status_of(7).state, State::unknown);
  EXPECT_EQ(status_of(0xffffffff).state, State::unknown);
}

}  // namespace
}  // namespace goknot::target
