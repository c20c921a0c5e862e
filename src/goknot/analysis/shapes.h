// SPDX-License-Identifier: Apache-2.0
// What is known about the goroutines of libraries: which function parks them, in which state, and
// what it means. The table is embed/shapes.txt; a row is evidence, never a verdict.
#pragma once

#include "goknot/base/result.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::analysis {

// What it means that a goroutine looks like this.
enum class ShapeClass : std::uint8_t {
  idle,             // healthy at any age and at its usual count
  in_flight,        // part of some work; suspicious with age
  leak_if_growing,  // must end with its owner
  stuck,            // a bug or a dead partner when older than seconds
  holds_lock,       // holds something others wait for
  runtime,          // the runtime's own
  test,             // the testing package's own
  none,             // known, and says nothing
};

// The word of the table for it: "leak_if_growing".
std::string_view shape_class_name(ShapeClass kind);

// One row of the table. Views point into the text that was parsed; empty: the row says nothing.
struct LibraryShape {
  std::string_view id;  // "http-server-idle"
  ShapeClass kind = ShapeClass::none;
  std::string_view states;      // as Go prints them, with commas; "any"
  std::string_view pattern;     // functions, innermost first
  std::string_view created_by;  // functions, with " / " between alternatives
  std::string_view usual;       // how many are normal: "1 per listener"
  std::string_view purpose;     // what people call it: "idle keep-alive connection of a server"
  std::string_view note;        // what many or old ones mean
  std::string_view advice;      // what to do then
  bool basic = false;           // a wait of the language: counts only if no other row fits
  bool remote = false;  // it waits for an answer from outside of the process
  bool ignored_by_leak_detectors = false;  // goleak and leaktest skip it by themselves
};

// A kind of goroutine that ends with its owner: so many old ones without their partners were
// forgotten. Views as in LibraryShape.
struct Surplus {
  std::string_view shape;                  // id of the row
  std::vector<std::string_view> partners;  // functions: a goroutine in one of them accounts for one
  std::vector<std::string_view> victims;   // ids of rows: those who wait for what the others keep
  std::uint64_t at_least = 0;
  std::int32_t minutes = 0;  // old is who waits for so long
  bool is_leak = false;      // else they may go on when others end: a warning
};

// Tasks of a pool that wait for that very pool: nothing goes on once all its workers run such
// tasks.
struct NestedTasks {
  std::vector<std::string_view> tasks;  // ids of rows: of a worker that runs a task
  std::vector<std::string_view> waits;  // ids of rows: what such a task must not wait in
};

// The table, ready for questions. Lives as long as the text it was parsed from, no longer.
class Shapes {
 public:
  // What was found out about functions met before, by the place of their text: stacks repeat their
  // functions, and taking a name apart costs more than everything else. For texts that stay where
  // they are while it is used.
  struct Memo {
    struct Function {
      std::uint32_t name = 0;
      bool is_waiting = false;
    };
    absl::flat_hash_map<const char*, Function> functions;
  };

  // Reads a table; the error names the line. Cost: a few microseconds per row.
  static Result<Shapes> parse(std::string_view table);

  // The most specific row for a goroutine; null if it is unknown. `functions` are all frames,
  // innermost first, as Go prints them; `status` and `created_by` are empty if not told, as in
  // profiles. A row of a library wins over one of the standard library, what a goroutine waits in
  // wins over who called it, anything wins over a basic row.
  const LibraryShape* match(std::span<const std::string_view> functions, std::string_view status,
                            std::string_view created_by) const;
  // The same for one of many stacks whose texts stay.
  const LibraryShape* match(std::span<const std::string_view> functions, std::string_view status,
                            std::string_view created_by, Memo& memo) const;

  // The most specific row for what the goroutine was started for, whatever it waits in now: the
  // request it serves, the test it runs. Null if that is unknown.
  const LibraryShape* within(std::span<const std::string_view> functions,
                             std::string_view created_by) const;

  // Which kinds are too many when they have no partners.
  std::span<const Surplus> surpluses() const { return surpluses_; }

  // Which tasks must not wait for their own pool.
  std::span<const NestedTasks> nested_tasks() const { return nested_tasks_; }

  // All rows in the order of the table.
  std::vector<const LibraryShape*> all() const;

 private:
  friend class ShapeParser;

  // A function's number among all that the table names.
  using Name = std::uint32_t;

  // One step of a pattern: any of some functions, right outside the step before or further out.
  struct Step {
    std::vector<Name> any_of;
    bool after_gap = false;
  };
  // A row ready to be compared.
  struct Row {
    LibraryShape shape;
    std::uint64_t states = 0;  // a bit for each state that fits
    std::vector<Step> steps;
    std::vector<Name> creators;
    bool needs_creator = false;  // the pattern alone would fit too much
    bool is_context = false;     // says who called, not what is waited for
    int weight = 0;              // the higher, the more specific
    int first_weight = 0;        // of its innermost step
  };
  // The question, with functions as numbers.
  struct Seen;

  std::string renamed(std::string name) const;
  Name find(std::string_view function) const;
  Memo::Function look_up(std::string_view function, Memo& memo) const;
  Seen see(std::span<const std::string_view> functions, std::string_view status,
           std::string_view created_by, Memo& memo) const;
  const LibraryShape* best(const Seen& seen, std::span<const std::uint32_t> rows) const;
  std::vector<std::uint32_t> candidates(const Seen& seen) const;
  static bool fits(const Row& row, const Seen& seen);
  static std::optional<int> value(const Row& row, const Seen& seen);

  std::vector<Row> rows_;
  absl::flat_hash_map<std::string, Name> names_;
  std::vector<std::vector<std::uint32_t>> rows_by_name_;  // those whose most telling step it is
  std::vector<std::uint32_t> rows_without_name_;
  std::vector<std::pair<std::string, std::string>> aliases_;  // old package, new package
  std::vector<Surplus> surpluses_;
  std::vector<NestedTasks> nested_tasks_;
  std::vector<Name> helpers_;  // functions that start goroutines on behalf of others
};

}  // namespace goknot::analysis
