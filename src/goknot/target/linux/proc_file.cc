// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/proc_file.h"

#include "goknot/target/linux/scoped_fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>

namespace goknot::target {

// Such files have no size, and each read makes its part anew: the larger the reads the fewer the
// seams.
std::expected<std::string, SystemError> read_proc_file(const std::string& path, std::size_t limit) {
  const ScopedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::unexpected(errno);
  std::string text;
  std::size_t room = 4096;
  while (text.size() < limit) {
    const std::size_t before = text.size();
    text.resize(before + std::min(room, limit - before));
    const ssize_t count = ::read(file.get(), text.data() + before, text.size() - before);
    const SystemError error = errno;
    text.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count == 0) break;
    if (count < 0 && error == EINTR) continue;
    if (count < 0) return std::unexpected(error);
    room = std::clamp(text.size(), room, std::size_t{1} << 20U);
  }
  return text;
}

std::expected<std::string, SystemError> read_proc_link(const std::string& path) {
  std::string text(PATH_MAX, '\0');
  const ssize_t size = ::readlink(path.c_str(), text.data(), text.size());
  if (size < 0) return std::unexpected(errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::expected<std::vector<std::uint32_t>, SystemError> read_numbers(const std::string& folder) {
  const auto close_folder = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close_folder)> listing(::opendir(folder.c_str()));
  if (!listing) return std::unexpected(errno);
  std::vector<std::uint32_t> numbers;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::optional<std::uint64_t> number = parse_number(entry->d_name);
    if (number && *number <= UINT32_MAX) numbers.push_back(static_cast<std::uint32_t>(*number));
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::optional<std::uint64_t> parse_number(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

std::string_view value_of_line(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':')) continue;
    line.remove_prefix(key.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.substr(0, line.find_last_not_of(" \t") + 1);
  }
  return {};
}

}  // namespace goknot::target
