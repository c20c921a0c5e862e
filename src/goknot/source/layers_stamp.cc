// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_stamp.h"

#include <algorithm>
#include <array>

namespace goknot::source {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The length of text that has the form of `pattern`: 9 any digit, everything else itself; 0 if it
// has not.
std::size_t form(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '9' ? !is_digit(text[i]) : text[i] != pattern[i]) return 0;
  }
  return pattern.size();
}

// The longest of some forms.
template <std::size_t N>
std::size_t any_form(std::string_view text, const std::array<std::string_view, N>& patterns) {
  std::size_t longest = 0;
  for (const std::string_view pattern : patterns) longest = std::max(longest, form(text, pattern));
  return longest;
}

std::size_t digits(std::string_view text) {
  const auto end = std::ranges::find_if_not(text.substr(0, 20), is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

// ".678901" or ",678"
std::size_t fraction(std::string_view text) {
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return 0;
  const std::size_t count = digits(text.substr(1));
  return count ? count + 1 : 0;
}

std::size_t zone(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOffsets{"+99:99", "-99:99", "+9999", "-9999"};
  if (text.starts_with('Z')) return 1;
  if (const std::size_t offset = any_form(text, kOffsets)) return offset;
  if (text.starts_with(" UTC") || text.starts_with(" GMT")) return 4;
  if (!text.starts_with(' ')) return 0;
  const std::size_t offset = any_form(text.substr(1), kOffsets);
  if (offset == 0) return 0;
  return offset + 1 + (text.substr(offset + 1).starts_with(" UTC") ? 4 : 0);
}

// "03:04:05.678Z"
std::size_t clock(std::string_view text) {
  constexpr std::array<std::string_view, 2> kForms{"99:99:99", "9:99:99"};
  std::size_t length = any_form(text, kForms);
  if (length == 0) return 0;
  length += fraction(text.substr(length));
  return length + zone(text.substr(length));
}

// The clock behind a date, with what joins them.
std::size_t then_clock(std::string_view text) {
  for (const std::string_view joint : {"T", " ", ", ", "_", ":", "-"}) {
    const std::size_t length = text.starts_with(joint) ? clock(text.substr(joint.size())) : 0;
    if (length) return joint.size() + length;
  }
  return 0;
}

template <std::size_t N>
std::size_t word(std::string_view text, const std::array<std::string_view, N>& words) {
  const auto found =
      std::ranges::find_if(words, [&](std::string_view each) { return text.starts_with(each); });
  return found == words.end() ? 0 : found->size();
}

std::size_t month(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return word(text, kMonths);
}

// "Nov 18 07:20:13", "Jan  2 2026 03:04:05", with the year behind, too
std::size_t month_first(std::string_view text) {
  std::size_t at = month(text);
  if (at == 0) return 0;
  const std::size_t spaces = std::min(text.find_first_not_of(' ', at), text.size()) - at;
  const std::size_t day = digits(text.substr(at + spaces));
  if (spaces == 0 || day == 0 || day > 2) return 0;
  at += spaces + day;
  at += form(text.substr(at), " 9999");
  const std::size_t time = then_clock(text.substr(at));
  if (time == 0) return 0;
  const bool year_behind = form(text.substr(at + time), " 9999 ") > 0;
  return at + time + (year_behind ? 5u : 0u);
}

// "02/Jan/2026:03:04:05 +0000"
std::size_t day_first(std::string_view text) {
  const std::size_t day = digits(text);
  if (day == 0 || day > 2 || text.size() < day + 9 || month(text.substr(day + 1)) == 0) return 0;
  const std::size_t year = form(text.substr(day + 5), "9999");
  const std::size_t time = year ? then_clock(text.substr(day + 9)) : 0;
  return time ? day + 9 + time : 0;
}

std::size_t date_first(std::string_view text) {
  constexpr std::array<std::string_view, 6> kDates{"9999-99-99", "9999/99/99", "9999.99.99",
                                                   "99/99/9999", "99.99.9999", "99999999"};
  for (const std::string_view pattern : kDates) {
    const std::size_t date = form(text, pattern);
    const std::size_t time = date ? then_clock(text.substr(date)) : 0;
    if (time) return date + time;
  }
  return 0;
}

// "E0102 03:04:05.678901": a letter for the level, month and day
std::size_t glog(std::string_view text) {
  if (text.empty() || std::string_view("IWEFD").find(text[0]) == std::string_view::npos) return 0;
  const std::size_t date = form(text.substr(1), "9999 ");
  const std::size_t time = date ? clock(text.substr(6)) : 0;
  return time ? 6 + time : 0;
}

// "1767323045.678": seconds with a fraction
// With fewer than three digits behind the point it is more likely a version or a duration.
std::size_t seconds(std::string_view text) {
  const std::size_t whole = digits(text);
  const std::size_t part = whole ? fraction(text.substr(whole)) : 0;
  return part > 3 && text[whole] == '.' ? whole + part : 0;
}

// "@4000000037c219bf2ef02e94": TAI64N, in front of the lines of multilog and s6-log
std::size_t tai64n(std::string_view text) {
  constexpr std::size_t kDigits = 24;
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  if (!text.starts_with("@4") || text.size() <= kDigits) return 0;
  return std::ranges::all_of(text.substr(1, kDigits), is_hex) ? kDigits + 1 : 0;
}

}  // namespace

std::size_t stamp_length(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  text = text.substr(0, 64);
  std::size_t day = word(text, kDays);
  if (day) day += text.substr(day).starts_with(", ") ? 2u : 1u;
  if (day > text.size()) return 0;
  const std::string_view rest = text.substr(day);
  for (const auto read : {date_first, month_first, day_first, glog, clock, seconds, tai64n}) {
    const std::size_t length = read(rest);
    const bool ends = day + length == text.size() ||
                      (!is_digit(text[day + length]) && !is_letter(text[day + length]));
    if (length && ends) return day + length;
  }
  return 0;
}

std::size_t level_length(std::string_view text) {
  constexpr std::array<std::string_view, 20> kLevels{
      "EMERGENCY", "CRITICAL", "CRIT",  "ERROR", "EROR",   "ERR",   "WARNING",
      "WARN",      "WRN",      "INFO",  "INF",   "NOTICE", "DEBUG", "DBG",
      "DBUG",      "TRACE",    "FATAL", "FTL",   "PANIC",  "DPANIC"};
  for (const std::string_view level : kLevels) {
    const auto same = [](char a, char b) { return a == b || a == b + ('a' - 'A'); };
    if (text.size() < level.size() || !std::equal(level.begin(), level.end(), text.begin(),
                                                  [&](char b, char a) { return same(a, b); })) {
      continue;
    }
    if (text.size() == level.size() ||
        (!is_letter(text[level.size()]) && text[level.size()] != '_' &&
         !is_digit(text[level.size()]))) {
      return level.size();
    }
  }
  return 0;
}

}  // namespace goknot::source
