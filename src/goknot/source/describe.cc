// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/describe.h"

#include <algorithm>
#include <array>
#include <string>

namespace goknot::source {

namespace {

constexpr std::string_view kWhatItReads =
    "it reads: text dumps, profiles, cores, processes, Delve and gdb sessions, URLs: see goknot "
    "formats";
constexpr std::string_view kTakeDump =
    "try: curl -o goroutines.txt 'http://HOST/debug/pprof/goroutine?debug=2', or kill -QUIT PID";
constexpr std::string_view kTakeProfile =
    "try: curl -o goroutines.pb.gz http://HOST/debug/pprof/goroutine";

// How something begins, what it then is, and what to do.
struct Beginning {
  std::string_view bytes, what, hint;
};

constexpr std::array<Beginning, 20> kBeginnings = {{
    {"heap profile:", "a heap profile, not a goroutine profile", kTakeProfile},
    {"--- contention:", "a block profile, not a goroutine profile", kTakeProfile},
    {"--- mutex:", "a mutex profile, not a goroutine profile", kTakeProfile},
    {"threadcreate profile:", "a thread creation profile, not a goroutine profile", kTakeProfile},
    {"MDMP", "a Windows minidump", kTakeDump},
    {"\x7f"
     "ELF",
     "an ELF file, not a core of a Go program",
     "try: goknot PID while it runs (goknot ps lists the PIDs), or goknot CORE --exe FILE"},
    {"MZ", "a Windows program", kTakeDump},
    {"\xcf\xfa\xed\xfe", "a macOS program or core", kTakeDump},
    {"\x89PNG", "a picture (PNG)", "try: the text itself, not a picture of it"},
    {"\xff\xd8\xff", "a picture (JPEG)", "try: the text itself, not a picture of it"},
    {"GIF8", "a picture (GIF)", "try: the text itself, not a picture of it"},
    {"%PDF", "a PDF document", kTakeDump},
    {"\x1f\x8b", "gzip data that cannot be unpacked", "try: gzip -t FILE; it may be cut"},
    {"BZh", "bzip2 data", "try: bunzip2 FILE first"},
    {"go 1.", "an execution trace", kTakeDump},
    {"gocore", "a heap dump of runtime/debug.WriteHeapDump", kTakeDump},
    {"go1.7 heap dump", "a heap dump of runtime/debug.WriteHeapDump", kTakeDump},
    {"404 page not found", "the answer of a server without net/http/pprof",
     "try: import _ \"net/http/pprof\" in the program, or the path it is served under"},
    {"Unknown profile", "the answer of a server that does not know this profile", kTakeProfile},
    {"SQLite format 3", "an SQLite database", kTakeDump},
}};

std::string_view without_space_in_front(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

bool is_html(std::string_view text) {
  constexpr std::array<std::string_view, 4> kTags = {"<!doctype", "<!DOCTYPE", "<html", "<HTML"};
  return std::ranges::any_of(kTags, [&](std::string_view tag) { return text.starts_with(tag); });
}

bool is_binary(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4096);
  const auto strange = std::ranges::count_if(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b';
  });
  return head.contains('\0') || static_cast<std::size_t>(strange) * 20 > head.size();
}

Error unsupported(std::string what, std::string_view hint) {
  return {.kind = Kind::unsupported, .message = std::move(what), .hint = std::string(hint)};
}

// gdb's "thread apply all bt".
bool is_of_threads(std::string_view text) {
  return text.contains("Thread ") && text.contains(" (LWP ") && text.contains("\n#0 ");
}

Error describe_text(std::string_view bytes) {
  if (is_of_threads(bytes)) {
    return unsupported("stacks of threads as gdb prints them, not of goroutines",
                       "try: goknot PID, or goroutine all bt in gdb (docs/formats/gdb.md)");
  }
  const auto ends = static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
  const std::size_t lines = ends + (bytes.ends_with('\n') ? 0 : 1);
  return unsupported("not a goroutine dump (plain text, " + std::to_string(lines) +
                         (lines == 1 ? " line" : " lines") + ", no goroutine header)",
                     kWhatItReads);
}

}  // namespace

// From the surest sign to the weakest: a mark at the beginning, a page, bytes that no text has, at
// last any text.
Error describe_unknown(std::string_view bytes) {
  if (bytes.empty()) return unsupported("the file is empty", kTakeDump);
  const auto* const known = std::ranges::find_if(
      kBeginnings, [&](const Beginning& b) { return bytes.starts_with(b.bytes); });
  if (known != kBeginnings.end()) return unsupported(std::string(known->what), known->hint);
  const std::string_view text = without_space_in_front(bytes);
  if (text.empty()) return unsupported("the file has only blanks", kTakeDump);
  if (is_html(text)) {
    return unsupported("an HTML page, not a goroutine dump (an error or log-in page?)", kTakeDump);
  }
  if (is_binary(bytes)) {
    return unsupported(
        "not a goroutine dump (binary data, " + std::to_string(bytes.size()) + " bytes)",
        kWhatItReads);
  }
  if (text.front() == '{' || text.front() == '[') {
    return unsupported("not a goroutine dump (JSON without a goroutine header)", kWhatItReads);
  }
  return describe_text(bytes);
}

}  // namespace goknot::source
