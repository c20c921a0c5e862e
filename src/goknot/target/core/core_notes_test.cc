// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_notes.h"

#include "goknot/target/core/core_file.h"
#include "tests/support/core_builder.h"

#include <elf.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::CoreBuilder;
using testing_support::raw;

CoreNotes notes_of(const CoreBuilder& builder) {
  const std::string bytes = builder.build();
  auto core = CoreFile::parse(std::as_bytes(std::span(bytes)), "core");
  return core ? std::move(core->notes) : CoreNotes();
}

TEST(CoreNotes, SaysWhoDiedOfWhatAndWhereItsThreadsStood) {
  const CoreNotes notes = notes_of(CoreBuilder()
                                       .thread(812, 0x401000, 0xc000010000)
                                       .process(810, "hub")
                                       .thread(813, 0x402000, 0xc000020000, 0));

  EXPECT_EQ(notes.pid, 810);
  EXPECT_EQ(notes.name, "hub");
  EXPECT_EQ(signal_name(notes.signal), "SIGABRT");
  ASSERT_EQ(notes.threads.size(), 2U);
  EXPECT_EQ(notes.threads[1].tid, 813);
  EXPECT_EQ(notes.threads[1].registers.pc, 0x402000U);
  EXPECT_EQ(notes.threads[1].registers.sp, 0xc000020000U);
}

TEST(CoreNotes, SaysWhichFilesWereMappedByAddress) {
  const CoreNotes notes = notes_of(
      CoreBuilder()
          .headers(0x400040)
          .file({.begin = 0x500000, .end = 0x600000, .offset = 0x100000, .path = "/srv/hub"})
          .file({.begin = 0x400000, .end = 0x500000, .offset = 0, .path = "/srv/hub (deleted)"}));

  ASSERT_EQ(notes.files.size(), 2U);
  EXPECT_EQ(notes.files[0].begin, 0x400000U);
  EXPECT_EQ(notes.files[0].path, "/srv/hub");
  EXPECT_EQ(notes.files[1].offset, 0x100000U);
  EXPECT_EQ(notes.headers, 0x400040U);
}

TEST(CoreNotes, WithoutAProcessTheFirstThreadIsIt) {
  EXPECT_EQ(notes_of(CoreBuilder().thread(812, 0, 0)).pid, 812);
}

TEST(CoreNotes, WhatDoesNotFitIsLeftOut) {
  const CoreNotes notes = notes_of(CoreBuilder()
                                       .note(NT_PRSTATUS, std::string(100, 'x'))
                                       .note(NT_PRPSINFO, "short")
                                       .note(0x46494c45, raw(UINT64_MAX) + raw(UINT64_MAX))
                                       .note(0x53494749, "x"));

  EXPECT_TRUE(notes.threads.empty());
  EXPECT_TRUE(notes.files.empty());
  EXPECT_EQ(notes.signal, 0);
}

TEST(CoreNotes, ASignalWithoutANameKeepsItsNumber) { EXPECT_EQ(signal_name(999), "signal 999"); }

TEST(CoreNotes, ADebuggerStopsProgramsAndNobodyDiesOfIt) {
  EXPECT_TRUE(is_stop_signal(19));
  EXPECT_FALSE(is_stop_signal(6));
}

}  // namespace
}  // namespace goknot::target
