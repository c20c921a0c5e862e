// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/source_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace goknot::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// A goroutine in line 2 of a file with three lines, and the program that was built from it.
class SourceLines : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_);
    write("main.go", "package main\n\tmu.Lock() // here\n}\n");
    write("program", "");
    snapshot_.origin.program = folder_ / "program";
    snapshot_.goroutines.resize(1);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name) << text;
  }
  void stand(const std::string& function, const std::string& file, std::uint32_t line) {
    Frame frame;
    frame.function = snapshot_.strings.add(function);
    frame.file = snapshot_.strings.add(file);
    frame.line = line;
    frame_ = snapshot_.stacks.add(frame);
    snapshot_.goroutines[0].stack = snapshot_.stacks.add(std::span(&frame_, 1));
  }
  auto lines() {
    const std::uint32_t rows[] = {0};
    return source_lines(snapshot_, rows);
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("goknot-source-lines-" + std::to_string(getpid()));
  Snapshot snapshot_;
  FrameId frame_;
};

TEST_F(SourceLines, AreThoseOfTheFilesThatAreThere) {
  stand("main.f", folder_ / "main.go", 2);

  EXPECT_THAT(lines(), ElementsAre(Pair(frame_, "mu.Lock() // here")));
}

TEST_F(SourceLines, AreMissingWhereTheFileIs) {
  stand("main.f", folder_ / "other.go", 2);
  EXPECT_THAT(lines(), IsEmpty());
  stand("main.f", folder_ / "main.go", 4);
  EXPECT_THAT(lines(), IsEmpty());
  stand("main.f", folder_ / "main.go", 0);
  EXPECT_THAT(lines(), IsEmpty());
  stand("main.f", "main.go", 2);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(SourceLines, OfTheStandardLibraryAreLeftOut) {
  stand("net/http.(*Server).Serve", folder_ / "main.go", 2);

  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(SourceLines, AreNotThoseOfAFileThatWasWrittenSinceTheProgramWasBuilt) {
  stand("main.f", folder_ / "main.go", 2);
  fs::last_write_time(folder_ / "program",
                      fs::last_write_time(folder_ / "main.go") - std::chrono::hours(1));

  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(SourceLines, OnlyGoFilesAreOpened) {
  write("secret.txt", "one\ntwo\n");
  stand("main.f", folder_ / "secret.txt", 2);
  EXPECT_THAT(lines(), IsEmpty());
  fs::create_directory(folder_ / "folder.go");
  stand("main.f", folder_ / "folder.go", 2);
  EXPECT_THAT(lines(), IsEmpty());
}

}  // namespace
}  // namespace goknot::source
