// SPDX-License-Identifier: Apache-2.0
#include "tests/support/outside_program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace goknot::sample {

namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "goknot-test-XXXXXX";
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, const std::string& text) const {
  const std::string path = path_ + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

namespace {

// Where programs lie: the folders of PATH, and the usual ones.
std::vector<std::string> folders() {
  std::vector<std::string> folders;
  const char* path = std::getenv("PATH");
  std::istringstream words(path == nullptr ? "" : path);
  for (std::string folder; std::getline(words, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  folders.insert(folders.end(), {"/usr/bin", "/bin", "/usr/local/bin"});
  return folders;
}

}  // namespace

std::optional<std::string> find_program(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    for (const std::string& folder : folders()) {
      if (access((folder + "/" + name).c_str(), X_OK) == 0) return folder + "/" + name;
    }
  }
  return std::nullopt;
}

Ended run_program(const std::vector<std::string>& words) {
  std::string line = "timeout -k 5 120";
  for (const std::string& word : words) line += " " + quoted(word);
  FILE* const pipe = popen((line + " 2>&1 < /dev/null").c_str(), "r");
  Ended ended;
  if (pipe == nullptr) return ended;
  std::array<char, 65536> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe)) {
    ended.text.append(piece.data(), count);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status) && WEXITSTATUS(status) < 124) ended.status = WEXITSTATUS(status);
  return ended;
}

}  // namespace goknot::sample
