// SPDX-License-Identifier: Apache-2.0
// What a command is. Every one is one file in command/ and one line in commands.def; help, manual
// page and shell completion are made from these records.
#pragma once

#include "app/exit_status.h"
#include "goknot/base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::app {

class Session;

// What may follow an option.
enum class Takes : std::uint8_t {
  nothing,
  value,   // "--limit 10" or "--limit=10"; the last one counts
  values,  // the same, all of them count
  maybe,   // "--json" or "--json=full"
};

// What a shell offers where a word is expected.
enum class Completes : std::uint8_t { nothing, files, outputs, commands, rules, shells };

// An option of a command.
struct Flag {
  std::string_view name;  // "where": written --where
  char letter = 0;        // 'o': written -o, too; 0: none
  Takes takes = Takes::nothing;
  std::string_view value = {};  // what follows, in help: "EXPR"
  std::string_view summary = {};
  Completes completes = Completes::nothing;
};

// A command line taken apart: words and options of one command.
class Args {
 public:
  // Notes an option; `value` is empty for those without.
  void add(std::string_view flag, std::string value) {
    flags_[std::string(flag)].push_back(std::move(value));
  }
  void add_word(std::string word) { words_.push_back(std::move(word)); }

  // Whether an option was given.
  bool has(std::string_view flag) const { return flags_.contains(flag); }
  // The last value of an option, or `otherwise`.
  std::string_view value(std::string_view flag, std::string_view otherwise = {}) const;
  // All values of an option.
  std::span<const std::string> values(std::string_view flag) const;
  // What is neither option nor value: targets, ids, a query.
  std::span<const std::string> words() const { return words_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
  std::vector<std::string> words_;
};

// What a command is about: only the first kind has options for reading and judging.
enum class Subject : std::uint8_t { targets, itself };

// Whether --help and the manual list a command.
enum class Listing : std::uint8_t { shown, hidden };

// A command of the program.
struct Command {
  std::string_view name;     // "list"
  std::string_view summary;  // one line
  std::string_view words;    // "TARGET ID…", as help shows what follows
  std::string_view details;  // paragraphs for --help and the manual
  std::string_view
      examples;  // one per line: the command line, two blanks or more, what it is good for
  std::span<const Flag> flags;
  std::size_t least_words = 0;
  std::size_t most_words = kAnyNumber;
  Completes completes = Completes::files;
  Subject subject = Subject::targets;
  Listing listing = Listing::shown;
  Result<ExitStatus> (*run)(Session& session, const Args& args);

  static constexpr std::size_t kAnyNumber = 1'000'000;
};

// All commands in the order help shows them.
std::span<const Command* const> commands();

// The command of a name, or null.
const Command* find_command(std::string_view name);

#define COMMAND(name) extern const Command name##_command;
#include "app/commands.def"
#undef COMMAND

}  // namespace goknot::app
