// SPDX-License-Identifier: Apache-2.0
// The files below /proc: made while they are read, without a size, gone with their process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// What the system answered instead of a file: errno.
using SystemError = int;

// Where the kernel shows processes; tests build a tree of their own.
inline constexpr std::string_view kProc = "/proc";

// More of one file is not read: a table of a million sockets takes 150 MB.
inline constexpr std::size_t kProcFileLimit = std::size_t{512} << 20U;

// The whole text of a file, or its first `limit` bytes.
std::expected<std::string, SystemError> read_proc_file(const std::string& path,
                                                       std::size_t limit = kProcFileLimit);

// What a symbolic link says.
std::expected<std::string, SystemError> read_proc_link(const std::string& path);

// The names in a folder that are numbers (processes, threads, descriptors), sorted.
std::expected<std::vector<std::uint32_t>, SystemError> read_numbers(const std::string& folder);

// A number in digits alone, in this base. None if it is anything else or too large.
std::optional<std::uint64_t> parse_number(std::string_view digits, int base = 10);

// Takes the text up to the next `end` off the front of `rest`, without it; all of it if there is
// none.
std::string_view take_until(std::string_view& rest, char end);

// Takes the next word, parted by blanks and tabs, off the front of `rest`.
std::string_view take_word(std::string_view& rest);

// What stands behind "KEY:" at the beginning of a line, without blanks around it; empty if no line
// begins so.
std::string_view value_of_line(std::string_view text, std::string_view key);

}  // namespace goknot::target
