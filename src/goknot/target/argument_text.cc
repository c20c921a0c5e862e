// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/argument_text.h"

#include <algorithm>
#include <array>
#include <bit>

namespace goknot::target {

namespace {

// internal/abi/symtab.go TraceArgs…
constexpr std::uint8_t kEnd = 0xff;
constexpr std::uint8_t kStartAggregate = 0xfe;
constexpr std::uint8_t kEndAggregate = 0xfd;
constexpr std::uint8_t kDots = 0xfc;
constexpr std::uint8_t kTooFar = 0xfb;
// abi.TraceArgsMaxLen: 10 words in up to 5 levels.
constexpr std::size_t kMostCode = 10 * 3 + 2 + (5 * 2 + 1) * 5;
constexpr std::uint32_t kMostWords = 10;
constexpr std::size_t kLongestWord = 2 + 16 + 1;  // "0x", digits, "?"
constexpr std::uint32_t kWord = 8;
constexpr std::size_t kLiveBytes = 32;  // bitmaps of 255 slots

// Which spill slots hold what the caller passed. Go: printArgs' isLive.
// The first byte of ArgLiveInfo is the least offset that needs a bit; bitmaps follow, and
// PCDATA_ArgLiveIndex says where in the funcdata that of a call begins (go1.18 to go1.27). Slots
// that need none are always live, and so is everything where there is no index.
class Liveness {
 public:
  Liveness(const Memory& memory, const Layout& layout, const FunctionTable& table,
           const Function& function, Address pc) {
    const Address info = table.funcdata(function, layout.funcdata.arg_live_info);
    const std::int32_t index = table.pcdata(function, layout.pcdata.arg_live, pc);
    const auto first = info == 0 ? std::nullopt : memory.read<std::uint8_t>(info);
    if (!first) return;
    first_ = *first;
    if (index <= 0) return;
    got_ = memory.read_some(info + static_cast<Address>(index), bits_);
  }

  // Whether the slot needs a bit, and so counts.
  bool is_tracked(std::uint8_t offset) const { return offset >= first_; }
  bool is_live(std::uint8_t offset, std::uint8_t slot) const {
    if (!is_tracked(offset) || slot / 8U >= got_) return true;
    return (std::to_integer<unsigned>(bits_[slot / 8U]) >> (slot % 8U) & 1U) != 0;
  }

 private:
  std::uint8_t first_ = 0xff;
  std::size_t got_ = 0;
  std::array<std::byte, kLiveBytes> bits_{};
};

// So many letters are written, at most.
std::size_t longest(const ArgumentForm& form) {
  std::size_t size = form.after.size();
  for (const ArgumentForm::Word& word : form.words) size += word.before.size() + kLongestWord;
  return size;
}

// The eight hexadecimal digits of a number as letters, the highest in the first byte of memory: all
// at once, a byte for each.
std::uint64_t hex_letters(std::uint32_t value) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t digits = value;
  digits = (digits << 16U | digits) & 0x0000ffff0000ffff;
  digits = (digits << 8U | digits) & 0x00ff00ff00ff00ff;
  digits = (digits << 4U | digits) & 0x0f0f0f0f0f0f0f0f;
  const std::uint64_t above_nine = (digits + 6 * kOnes) >> 4U & kOnes;
  return std::byteswap(digits + '0' * kOnes + ('a' - '0' - 10) * above_nine);
}

// Like std::to_chars behind "0x", but straight into the text: there are millions of them. Sixteen
// letters are written, of which those behind the end are of no meaning.
char* write_hex(std::uint64_t value, char* at) {
  *at++ = '0';
  *at++ = 'x';
  const auto digits = std::max((64U - static_cast<unsigned>(std::countl_zero(value)) + 3) / 4, 1U);
  value <<= 64 - 4 * digits;
  const std::array letters{hex_letters(static_cast<std::uint32_t>(value >> 32U)),
                           hex_letters(static_cast<std::uint32_t>(value))};
  std::memcpy(at, letters.data(), sizeof(letters));
  return at + digits;
}

char* write_arguments(const ArgumentForm& form, std::span<const std::byte> stack, char* at) {
  for (const ArgumentForm::Word& word : form.words) {
    at = std::ranges::copy(word.before, at).out;
    if (word.offset + std::size_t{word.size} > stack.size()) {
      *at++ = '_';
      continue;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, stack.data() + word.offset, word.size);
    at = write_hex(value, at);
    if (word.inexact) *at++ = '?';
  }
  return std::ranges::copy(form.after, at).out;
}

// go1.13 to go1.16: arguments and results share the area, and nobody knows where one ends.
ArgumentForm plain_words(const Function& function) {
  ArgumentForm form;
  if (function.args <= 0) return form;
  const std::uint32_t count = static_cast<std::uint32_t>(function.args) / kWord;
  for (std::uint32_t i = 0; i < std::min(count, kMostWords); ++i) {
    form.words.push_back({.before = i == 0 ? "" : ", ", .offset = i * kWord});
  }
  if (count > kMostWords) form.after = ", ...";
  form.extent = std::min(count, kMostWords) * kWord;
  return form;
}

}  // namespace

ArgumentForm argument_form(const Memory& memory, const Layout& layout, const FunctionTable& table,
                           const Function& function, Address pc) {
  if (layout.funcdata.arg_info == kAbsent) return plain_words(function);
  ArgumentForm form;
  const Address info = table.funcdata(function, layout.funcdata.arg_info);
  if (info == 0) return form;
  std::array<std::uint8_t, kMostCode> code{};
  code.fill(kEnd);
  memory.read_some(info, std::as_writable_bytes(std::span(code)).first(kMostCode - 1));
  const Liveness liveness(memory, layout, table, function, pc);
  std::string before;
  bool start = true;
  std::uint8_t slot = 0;
  const auto comma = [&] { before += start ? "" : ", "; };
  for (std::size_t i = 0; i + 1 < code.size() && code[i] != kEnd; ++i) {
    const std::uint8_t op = code[i];
    if (op != kEndAggregate) comma();
    start = op == kStartAggregate;
    switch (op) {
      case kStartAggregate:
        before += '{';
        break;
      case kEndAggregate:
        before += '}';
        break;
      case kDots:
        before += "...";
        break;
      case kTooFar:
        before += '_';
        break;
      default: {
        const std::uint8_t size = std::clamp<std::uint8_t>(code[++i], 1, kWord);
        form.words.push_back({.before = std::move(before),
                              .offset = op,
                              .size = size,
                              .inexact = !liveness.is_live(op, slot)});
        before.clear();
        form.extent = std::max<std::uint32_t>(form.extent, op + std::uint32_t{size});
        if (liveness.is_tracked(op)) ++slot;
      }
    }
  }
  form.after = std::move(before);
  return form;
}

void append_arguments(const ArgumentForm& form, std::span<const std::byte> stack,
                      std::string& text) {
  const std::size_t begin = text.size();
  text.resize_and_overwrite(begin + longest(form), [&](char* all, std::size_t) {
    return write_arguments(form, stack, all + begin) - all;
  });
}

}  // namespace goknot::target
