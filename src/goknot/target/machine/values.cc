// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/values.h"

#include <algorithm>

namespace goknot::target {

namespace {

// Without a limit `for n != nil { n = n.next }` would give a new name each round, for ever.
constexpr std::uint8_t kMostFollowed = 8;  // x.a.b.c: longer ways are not worth a name

// Unsigned, because the numbers come from the code of others and may overflow.
std::int64_t added(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t multiplied(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

}  // namespace

ValueId Values::add(const Value& value) {
  const auto next = static_cast<ValueId>(values_.size());
  const auto [entry, is_new] = numbers_.try_emplace(value, next);
  if (!is_new) return entry->second;
  const auto of = static_cast<std::size_t>(value.of);
  values_.push_back(value);
  const int step = value.kind == Value::Kind::pointed_to ? 1 : 0;
  depths_.push_back(static_cast<std::uint8_t>(of == 0 ? 0 : depths_[of] + step));
  return next;
}

std::pair<ValueId, std::int64_t> Values::split(ValueId id) const {
  const Value& value = (*this)[id];
  if (value.kind == Value::Kind::sum) return {value.of, value.number};
  return {id, 0};
}

ValueId Values::sum(ValueId of, std::int64_t number) {
  if (of == ValueId::unknown) return of;
  const auto [base, offset] = split(of);
  const std::int64_t total = added(offset, number);
  const Value value = (*this)[base];
  if (value.kind == Value::Kind::constant) {
    return root(Value::Kind::constant, added(value.number, total));
  }
  if (total == 0) return base;
  return add({.kind = Value::Kind::sum, .of = base, .number = total});
}

// A product is an index into an array that begins at a number.
// `s.all[i].mu` is one value, whether computed at once (lea rax, [rbx+rcx*8+16]) or bit by bit as
// in code that was not optimised: i times 8, plus s, plus 16. Sums are therefore taken out of what
// is added, and of two addends the product is the index.
ValueId Values::indexed(ValueId of, ValueId index, std::int64_t scale) {
  if (of == ValueId::unknown || index == ValueId::unknown) return ValueId::unknown;
  const auto is_number = [&](ValueId id) { return (*this)[id].kind == Value::Kind::constant; };
  const auto is_product = [&](ValueId id) {
    return (*this)[id].kind == Value::Kind::indexed && is_number((*this)[id].of);
  };
  auto [base, offset] = split(of);
  auto [by, more] = split(index);
  if (scale == 1 && is_product(base) && !is_product(by)) std::swap(base, by);
  offset = added(offset, multiplied(more, scale));
  if (is_number(by)) return sum(base, added(offset, multiplied((*this)[by].number, scale)));
  if (is_product(by)) {
    const Value& product = (*this)[by];
    offset = added(offset, multiplied((*this)[product.of].number, scale));
    scale = multiplied(scale, product.number);
    by = static_cast<ValueId>(product.extra);
  }
  const auto depth =
      std::max(depths_[static_cast<std::size_t>(base)], depths_[static_cast<std::size_t>(by)]);
  if (depth >= kMostFollowed) return ValueId::unknown;
  const ValueId found = add({.kind = Value::Kind::indexed,
                             .of = base,
                             .number = scale,
                             .extra = static_cast<std::int64_t>(by)});
  depths_[static_cast<std::size_t>(found)] = static_cast<std::uint8_t>(depth + 1);
  return sum(found, offset);
}

bool Values::comes_of(ValueId id, Value::Kind kind, std::int64_t number) const {
  for (; id != ValueId::unknown; id = (*this)[id].of) {
    const Value& value = (*this)[id];
    if (value.kind == kind && value.number == number) return true;
    const bool indexed = value.kind == Value::Kind::indexed;
    if (indexed && comes_of(static_cast<ValueId>(value.extra), kind, number)) return true;
  }
  return false;
}

ValueId Values::pointed_to(ValueId of) {
  if (of == ValueId::unknown || depths_[static_cast<std::size_t>(of)] >= kMostFollowed) {
    return ValueId::unknown;
  }
  return add({.kind = Value::Kind::pointed_to, .of = of});
}

}  // namespace goknot::target
