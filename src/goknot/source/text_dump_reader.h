// SPDX-License-Identifier: Apache-2.0
// Reads a text dump line by line: what every line is, and what it means after the lines before it.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/source/format.h"
#include "goknot/source/text_dump_builder.h"
#include "goknot/source/text_dump_frame.h"
#include "goknot/source/text_dump_header.h"
#include "goknot/source/text_dump_known.h"
#include "goknot/source/text_dump_preamble.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// One pass over one input, or over a part of it.
class DumpReader {
 public:
  explicit DumpReader(const Input& input);
  // For the part that begins with the header of a goroutine at `from`.
  DumpReader(const Input& input, std::size_t from);

  // The snapshots in the text, in order; empty if there is no goroutine and no race report in it.
  std::vector<Snapshot> read();

  // Reads on, up to where a line begins. A part of a text stops where a snapshot ends: it cannot be
  // joined then.
  void read_until(std::size_t end);
  // Adds what another has read of the lines that follow those of this one.
  Joined join(const DumpReader& later);
  // The snapshots in what was read. Nothing can be read after it.
  std::vector<Snapshot> finish();

 private:
  // A line of the text, without the blanks around it.
  struct Line {
    std::string_view text = {};
    std::size_t offset = 0;  // of the whole line in the text
    std::uint32_t number = 0;
    bool indented = false;  // by a tab or blanks
    bool ended = false;     // by a line end, not by the end of the text
  };
  // The first half of a frame, until its file line comes.
  struct Pending {
    FunctionLine function;
    std::int64_t parent = -1;
    bool is_creator = false;
    bool after_gap = false;  // blank or strange lines stood before it
    int strange_lines = 0;   // since then
  };
  // The last announcement of a dump, until its first goroutine comes.
  struct Announcement {
    Preamble preamble;
    std::string_view text = {};
    std::uint32_t line = 0, last_line = 0;
  };
  // Reads one kind of line; false if it is another kind.
  using LineHandler = bool (DumpReader::*)(const Line&);

  Line take_line();
  bool expects_clean_stack() const;
  void read_clean_stack();
  bool learn_clean_lines();
  void read_line(const Line& line);
  bool complete_pending(const Line& line);
  bool continue_arguments(std::string_view text);
  bool read_header(const Line& line);
  bool read_goleak(const Line& line);
  bool read_creator(const Line& line);
  bool read_ancestor(const Line& line);
  bool read_elision(const Line& line);
  bool read_mark(const Line& line);
  bool read_race(const Line& line);
  bool read_preamble(const Line& line);
  bool read_function(const Line& line);
  bool read_other(const Line& line);

  bool ends_by_crash();
  bool end_goroutine();
  void open(const GoroutineHeader& header, std::size_t offset, std::uint32_t line);
  bool open_announced();
  void flush_pending();
  bool waits_for_its_file();
  void add_pending(const FileLine* file);
  void add_frame(const Pending& pending, const FileLine* file);
  void begin_snapshot(std::uint32_t line);
  void say_cause(Cause cause, std::string_view format, std::string_view text);
  void commit();
  void add_end_gaps();
  void add_race_only();
  bool fills_a_buffer() const;
  bool can_be_joined() const;

  const Input& input_;
  std::string_view text_;
  std::size_t begin_ = 0;  // of the part; 0: the text is read from its beginning
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;  // number of the last line taken
  std::vector<Snapshot> done_;
  DumpBuilder builder_;
  KnownPlaces known_;
  std::optional<Pending> pending_;
  std::optional<Announcement> announcement_;
  std::optional<GoroutineHeader> goleak_;  // announced by goleak, its own header may follow
  std::size_t goleak_offset_ = 0, open_offset_ = 0;
  std::uint32_t goleak_line_ = 0, open_line_ = 0;
  std::uint32_t race_line_ = 0, elided_line_ = 0, cut_line_ = 0;
  int strange_lines_ = 0;  // since the last line of a stack
  bool gap_ = false;       // a blank or strange line stood since then
  bool stack_over_ = true;
  bool in_race_ = false;
  bool after_dashes_ = false;           // another thread's part of the same crash
  bool expect_preamble_again_ = false;  // "-----" was the last thing said
};

}  // namespace goknot::source
