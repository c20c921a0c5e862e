// SPDX-License-Identifier: Apache-2.0
// The first line is a status, the second a creator, the rest are functions: any of them may be
// nonsense.
#include "goknot/analysis/shapes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kTable =
    "alias | a/b | github.com/c/d\n"
    "x | idle | IO wait | .. < bufio.(*Reader).Peek < .. < github.com/c/d.(*T).run | | | a reader\n"
    "y | in_flight | any | .. < main.main | =main.main | | main\n"
    "z | stuck, basic | select | h2:(*clientStream).doRequest < a.b / c.(*d).e | | | a request\n";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto shapes = goknot::analysis::Shapes::parse(kTable);
  if (!shapes) std::abort();
  const std::string text(data, data + size);
  std::vector<std::string_view> lines = lines_of(text);
  lines.resize(std::max<std::size_t>(lines.size(), 2));
  const auto functions = std::span<const std::string_view>(lines).subspan(2);
  shapes->match(functions, lines[0], lines[1]);
  shapes->within(functions, lines[1]);
  (void)goknot::analysis::Shapes::parse(text);
  return 0;
}
