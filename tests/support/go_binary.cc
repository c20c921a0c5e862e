// SPDX-License-Identifier: Apache-2.0
#include "tests/support/go_binary.h"

#include "tests/support/outside_program.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace goknot::testing_support {

namespace {

constexpr const char* kSource =
    "package main\n"
    "\n"
    "import \"C\"\n"
    "import \"time\"\n"
    "\n"
    "//export Answer\n"
    "func Answer() int { return 42 }\n"
    "\n"
    "func main() { time.Sleep(time.Hour) }\n";

constexpr const char* kPlainSource =
    "package main\n"
    "\n"
    "import (\n"
    "\t\"sync\"\n"
    "\t\"time\"\n"
    ")\n"
    "\n"
    "var guarded struct {\n"
    "\tn  int64\n"
    "\tmu sync.Mutex\n"
    "\tsync.Once\n"
    "}\n"
    "\n"
    "func main() {\n"
    "\tguarded.mu.Lock()\n"
    "\tguarded.Do(func() {})\n"
    "\ttime.Sleep(time.Hour)\n"
    "}\n";

// A folder of its own for what is built; lives as long as the tests run.
const sample::TemporaryFolder& workshop() {
  static const sample::TemporaryFolder folder;
  return folder;
}

GoBinary build(const std::vector<std::string>& flags, const std::string& name) {
  const std::optional<std::string> go = sample::find_program({"go"});
  if (!go) return {.path = {}, .why_not = "go is not installed"};
  const std::string folder = workshop().path() + "/" + name;
  std::filesystem::create_directories(folder);
  const bool library = std::ranges::find(flags, "-buildmode=c-shared") != flags.end();
  const std::string source = workshop().file(name + "/main.go", library ? kSource : kPlainSource);
  std::vector<std::string> words = {*go, "build", "-o", folder + "/sleeper"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back(source);
  const sample::Ended ended = sample::run_program(words);
  if (ended.status != 0) return {.path = {}, .why_not = "go build: " + ended.text};
  return {.path = folder + "/sleeper", .why_not = {}};
}

}  // namespace

GoBinary go_binary(const std::vector<std::string>& flags) {
  static std::map<std::vector<std::string>, GoBinary> built;
  const auto found = built.find(flags);
  if (found != built.end()) return found->second;
  return built.emplace(flags, build(flags, std::to_string(built.size()))).first->second;
}

}  // namespace goknot::testing_support
