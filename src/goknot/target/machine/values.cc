// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/values.h"

#include <algorithm>

namespace goknot::target {

namespace {

// Without a limit `for n != nil { n = n.next }` would give a new name each round, for ever.
constexpr std::uint8_t kMostFollowed = 8;  // x.a.b.c: longer ways are not worth a name

}  // namespace

ValueId Values::add(const Value& value) {
  const auto next = static_cast<ValueId>(values_.size());
  const auto [entry, is_new] = numbers_.try_emplace(value, next);
  if (!is_new) return entry->second;
  const auto of = static_cast<std::size_t>(value.of);
  values_.push_back(value);
  roots_.push_back(of == 0 ? next : roots_[of]);
  const int step = value.kind == Value::Kind::pointed_to ? 1 : 0;
  depths_.push_back(static_cast<std::uint8_t>(of == 0 ? 0 : depths_[of] + step));
  return next;
}

std::pair<ValueId, std::int64_t> Values::split(ValueId id) const {
  const Value& value = (*this)[id];
  if (value.kind == Value::Kind::sum) return {value.of, value.number};
  return {id, 0};
}

// Unsigned, because the numbers come from the code of others and may overflow.
ValueId Values::sum(ValueId of, std::int64_t number) {
  if (of == ValueId::unknown) return of;
  const auto [base, offset] = split(of);
  const auto total = static_cast<std::int64_t>(static_cast<std::uint64_t>(offset) +
                                               static_cast<std::uint64_t>(number));
  const Value value = (*this)[base];
  if (value.kind == Value::Kind::constant) {
    return root(Value::Kind::constant,
                static_cast<std::int64_t>(static_cast<std::uint64_t>(value.number) +
                                          static_cast<std::uint64_t>(total)));
  }
  if (total == 0) return base;
  return add({.kind = Value::Kind::sum, .of = base, .number = total});
}

ValueId Values::indexed(ValueId of, ValueId index, std::int64_t scale) {
  if (of == ValueId::unknown || index == ValueId::unknown) return ValueId::unknown;
  const auto [base, offset] = split(of);
  const auto depth =
      std::max(depths_[static_cast<std::size_t>(base)], depths_[static_cast<std::size_t>(index)]);
  if (depth >= kMostFollowed) return ValueId::unknown;
  const ValueId found = add({.kind = Value::Kind::indexed,
                             .of = base,
                             .number = scale,
                             .extra = static_cast<std::int64_t>(index)});
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
