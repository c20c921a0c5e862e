// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_header.h"

#include "goknot/source/text_dump_scan.h"

namespace goknot::source {

namespace {

constexpr std::string_view kWord = "goroutine ";
constexpr std::size_t kLongestStatus = 256;

// The length of the quoted text at the front, quotes included; of everything if it does not end.
std::size_t quoted_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// Takes a label list off the front, which stands behind its "{". What is between the braces; none
// if it has no end.
std::optional<std::string_view> skip_labels(std::string_view& text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != '}') i += text[i] == '"' ? quoted_length(text.substr(i)) : 1;
  if (i >= text.size()) return std::nullopt;
  const std::string_view labels = text.substr(0, i);
  text.remove_prefix(i + 1);
  return labels;
}

// Reads one of the fields behind the status. Unknown ones say nothing.
void read_field(std::string_view field, GoroutineHeader& header) {
  field = trim(field);
  if (field == "locked to thread") {
    header.locked_to_thread = true;
  } else if (skip(field, "synctest bubble ")) {
    header.bubble = skip_number<std::uint32_t>(field).value_or(0);
  } else if (skip(field, "synctest group ")) {
    header.bubble = skip_number<std::uint32_t>(field).value_or(0);
    header.synctest_group = true;
  } else if (const auto minutes = skip_number<std::int32_t>(field);
             minutes && trim(field).starts_with("minute")) {
    header.minutes = *minutes;
  }
}

// Reads what stands in the brackets, up to and with "]". False if there is no "]".
// "[chan receive, 5 minutes, locked to thread]:", "[select, synctest bubble 1]:", "[running
// labels:{"k": "v"}]:" (go1.26).
bool skip_brackets(std::string_view& text, GoroutineHeader& header) {
  for (bool first = true;; first = false) {
    const std::size_t end = std::min(text.find_first_of(",]"), text.find(" labels:{"));
    if (end == std::string_view::npos) return false;
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end);
    if (first) {
      header.status = trim(field);
    } else {
      read_field(field, header);
    }
    if (skip(text, " labels:{")) {
      const auto labels = skip_labels(text);
      if (!labels) return false;
      header.labels = *labels;
      header.labels_in_brackets = true;
    }
    if (skip(text, "]")) return true;
    if (!skip(text, ",")) return false;
  }
}

// Reads " gp=0xc000007500 m=0 mp=0x5c6ec0".
void skip_g(std::string_view& text, GoroutineHeader& header) {
  if (!text.starts_with("gp=") && !text.starts_with("m=")) return;
  header.has_g = true;
  text.remove_prefix(std::min(text.find('['), text.size()));
}

// What stands behind the "]": labels, the colon, and what a person wrote behind it.
bool read_tail(std::string_view text, bool first_in_line, GoroutineHeader& header) {
  text = trim(text);
  if (skip(text, "{")) {
    const auto labels = skip_labels(text);
    if (!labels) return first_in_line;
    header.labels = *labels;
  }
  const bool colon = skip(text, ":");
  return text.empty() || (first_in_line && colon);
}

// Reads a header at the very front.
std::optional<GoroutineHeader> parse_at(std::string_view text, bool first_in_line) {
  GoroutineHeader header;
  text.remove_prefix(kWord.size());
  const auto id = skip_number<std::int64_t>(text);
  if (!id || !skip(text, " ")) return std::nullopt;
  header.id = *id;
  skip_g(text, header);
  if (!skip(text, "[") || !skip_brackets(text, header)) return std::nullopt;
  if (header.status.size() > kLongestStatus) return std::nullopt;
  if (!read_tail(text, first_in_line, header)) return std::nullopt;
  return header;
}

// "48 goroutines [semacquire, 4 minutes]:", "1 goroutine [select]:"
std::optional<GoroutineHeader> parse_condensed(std::string_view line) {
  GoroutineHeader header{.id = -1};
  const auto count = skip_number<std::uint32_t>(line);
  if (!count || *count == 0 || !skip(line, " goroutine")) return std::nullopt;
  header.count = *count;
  skip(line, "s");
  if (!skip(line, " [") || !skip_brackets(line, header) || line != ":") return std::nullopt;
  return header.status.empty() || header.status.size() > kLongestStatus ? std::nullopt
                                                                        : std::optional(header);
}

// Reads one side of a label: quoted, or up to `end`.
std::string skip_label_word(std::string_view& text, char end) {
  if (!text.starts_with('"')) {
    const std::size_t size = std::min(text.find(end), text.size());
    const std::string word(text.substr(0, size));
    text.remove_prefix(size);
    return word;
  }
  const std::size_t size = quoted_length(text);
  std::string word;
  for (std::size_t i = 1; i + 1 < size; ++i) {
    // Other escapes than these two are left as they are printed.
    if (text[i] == '\\' && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    word += text[i];
  }
  text.remove_prefix(size);
  return word;
}

// "**goroutine 1 [running]:**", "### `goroutine 1 [running]:`": a header that a person has marked.
std::string_view without_markup(std::string_view line) {
  constexpr std::string_view kMarks = "*`_# ";
  const std::size_t first = line.find_first_not_of(kMarks);
  if (first == 0 || first == std::string_view::npos) return line;
  if (!line.substr(first).starts_with(kWord)) return line;
  line.remove_prefix(first);
  return line.substr(0, line.find_last_not_of("*`_# :") + 1);
}

}  // namespace

std::optional<GoroutineHeader> parse_goroutine_header(std::string_view line) {
  line = without_markup(trim(line));
  for (std::size_t at = line.find(kWord); at != std::string_view::npos;
       at = line.find(kWord, at + 1)) {
    if (auto header = parse_at(line.substr(at), at == 0)) return header;
  }
  return line.empty() || !is_digit(line.front()) ? std::nullopt : parse_condensed(line);
}

std::optional<GoroutineHeader> parse_goleak_header(std::string_view line) {
  constexpr std::string_view kGoleakWord = "Goroutine ";
  const std::size_t at = line.find(kGoleakWord);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + kGoleakWord.size());
  GoroutineHeader header;
  const auto id = skip_number<std::int64_t>(line);
  if (!id || !skip(line, " in state ")) return std::nullopt;
  const std::size_t end = line.rfind(", with ");
  if (end == std::string_view::npos || !line.contains(" on top of the stack")) return std::nullopt;
  std::string_view fields = line.substr(0, end);
  header.id = *id;
  const std::size_t comma = std::min(fields.find(','), fields.size());
  header.status = fields.substr(0, comma);
  read_field(fields.substr(std::min(comma + 1, fields.size())), header);
  return header;
}

std::string status_key(std::string_view status) {
  constexpr std::string_view kScan = " (scan)";
  std::string key(status);
  if (const std::size_t at = key.find(kScan); at != std::string::npos) key.erase(at, kScan.size());
  return key.empty() ? "unknown" : key;
}

std::vector<std::pair<std::string, std::string>> parse_labels(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    std::string key = skip_label_word(text, ':');
    if (!skip(text, ":")) break;
    text = trim(text);
    labels.emplace_back(std::move(key), skip_label_word(text, ','));
    text = trim(text);
    if (!skip(text, ",")) break;
  }
  return labels;
}

}  // namespace goknot::source
