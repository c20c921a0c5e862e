// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/owning_type.h"

#include "goknot/model/function_name.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kMostParts = 10000;  // of a struct that are looked at

// Whether a struct has one of a type inside of it, or that cannot be said.
bool may_contain(const TypeRef& outer, const TypeRef& inner) {
  const TypeBytes& types = *outer.types;
  const std::pair wanted(inner.types->package(inner.type), inner.bare_name());
  std::vector<Address> todo = {outer.type};
  for (std::size_t i = 0; i < todo.size(); ++i) {
    if (i == kMostParts) return true;
    const TypeRef part{&types, todo[i]};
    switch (types.kind(part.type)) {
      case TypeKind::array:
        todo.push_back(types.element(part.type));
        break;
      case TypeKind::structure:
        if (std::pair(types.package(part.type), part.bare_name()) == wanted) return true;
        for (const TypeField& field : types.fields(part.type)) todo.push_back(field.type);
        break;
      default:
        break;
    }
  }
  return false;
}

}  // namespace

OwningType owner_of(std::string_view function, const Recipe& lock) {
  const bool given = lock.start == Recipe::Start::entered || lock.start == Recipe::Start::word;
  const bool in_receiver = given && lock.number == 0 && lock.steps.size() == 1;
  const FunctionName name = parse_function_name(function);
  // Instances of a generic type need not be alike.
  const bool is_plain = function.contains("(*") && !function.contains('[') && name.suffix.empty();
  if (!in_receiver || !is_plain || name.type.empty()) return {};
  return {.package = std::string(name.package),
          .type = std::string(name.type),
          .offset = lock.steps.front().add};
}

bool may_be_same_lock(const OwningType& one, const OwningType& other, NamedStructs& structs) {
  if (one.package.empty() || other.package.empty()) return true;
  if (one.package == other.package && one.type == other.type) return one.offset == other.offset;
  const auto& ones = structs.find(one.package, one.type);
  const auto& others = structs.find(other.package, other.type);
  if (ones.empty() || others.empty()) return true;
  return std::ranges::any_of(ones, [&](const TypeRef& a) {
    return std::ranges::any_of(
        others, [&](const TypeRef& b) { return may_contain(a, b) || may_contain(b, a); });
  });
}

}  // namespace goknot::target
