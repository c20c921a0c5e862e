// SPDX-License-Identifier: Apache-2.0
// Other people's programs that read what we write: dot, python3, chromium.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace goknot::sample {

// A folder of its own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  // Writes a file there; returns its path.
  std::string file(const std::string& name, const std::string& text) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The path of the first of these programs that is installed, the system's own folders first.
std::optional<std::string> find_program(const std::vector<std::string>& names);

// How a program ended (-1: not by itself within two minutes) and what it wrote to both outputs.
struct Ended {
  int status = -1;
  std::string text;
};

// Runs a program with arguments, standard input empty.
Ended run_program(const std::vector<std::string>& words);

}  // namespace goknot::sample
