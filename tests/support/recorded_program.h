// SPDX-License-Identifier: Apache-2.0
// The program of tests/recordings/subject, as it was recorded with one release of Go.
#pragma once

#include "goknot/target/program.h"
#include "tests/support/recording.h"
#include "tests/support/source_folder.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::testing_support {

// All releases that were recorded, oldest first.
inline std::vector<std::string> recorded_releases() {
  std::vector<std::string> releases;
  const std::filesystem::path folder = source_path("tests/data/recordings");
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".gz") releases.push_back(file.path().stem().string());
  }
  std::ranges::sort(releases);
  return releases;
}

// What the goroutines of a recording must be read as.
inline std::string recorded_text(const std::string& release) {
  std::ifstream file(source_path("tests/data/recordings/" + release + ".txt"));
  return {std::istreambuf_iterator<char>(file), {}};
}

// Functions of a program that are to have other names, no longer than their own.
using Renames = std::vector<std::pair<std::string, std::string>>;

// A recorded program that was opened: its tables hold what the goroutines that were recorded need,
// and little else.
struct RecordedProgram {
  // "go1.27"
  explicit RecordedProgram(const std::string& name, const Renames& renames = {})
      : release(name),
        memory(parse_recording(renamed(recording_text(name), renames))),
        program(open(*memory)) {}

  std::string release;
  std::unique_ptr<FakeMemory> memory;
  target::Program program;

  const target::FunctionTable& table() const { return program.tables.front(); }
  // A function of it, which must be there.
  target::Function function(std::string_view name) const {
    const auto found = table().find(name);
    GOKNOT_ASSERT(found.has_value());
    return *found;
  }
  // The first return address into a line of its source that the goroutines show below a function:
  // return_address("main.down", "main.go:73").
  target::Address return_address(std::string_view name, std::string_view line) const {
    const std::string text = recorded_text(release);
    const std::size_t call = text.find("\n" + std::string(name) + "(");
    const std::size_t place = text.find(std::string(line) + " +0x", call);
    GOKNOT_ASSERT(call != std::string::npos && place != std::string::npos);
    target::Address offset = 0;
    const char* digits = text.data() + place + line.size() + 4;
    std::from_chars(digits, digits + 8, offset, 16);
    return function(name).entry + offset;
  }

 private:
  static std::string renamed(std::string text, const Renames& renames) {
    for (const auto& [from, to] : renames) {
      const std::size_t at = text.find('\0' + from + '\0');
      GOKNOT_ASSERT(at != std::string::npos && to.size() <= from.size());
      text.replace(at + 1, from.size(), to + std::string(from.size() - to.size(), '\0'));
    }
    return text;
  }
  static target::Program open(const FakeMemory& memory) {
    auto programs = target::find_programs(memory, target::Architecture::amd64);
    GOKNOT_ASSERT(programs.has_value() && programs->size() == 1);
    return std::move(programs->front());
  }
};

}  // namespace goknot::testing_support
