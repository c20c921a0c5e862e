// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/named_structs.h"

namespace goknot::target {

namespace {

// The last part of a path: "Hub" of "node.Hub", "Cache" of "node.Cache[int]".
std::string_view bare(std::string_view type) {
  type = type.substr(0, type.find('['));
  const std::size_t dot = type.rfind('.');
  return dot == type.npos ? type : type.substr(dot + 1);
}

// The linker writes dots in the last element of a package's path as "%2e". Go: cmd/internal/objabi
// PathToPrefix.
std::string unescaped(std::string_view package) {
  std::string text(package);
  for (std::size_t at = text.find("%2e"); at != text.npos; at = text.find("%2e", at)) {
    text.replace(at, 3, ".");
  }
  return text;
}

}  // namespace

std::string TypeRef::bare_name() const { return std::string(bare(types->name(type))); }

const std::vector<TypeRef>& NamedStructs::find(std::string_view package, std::string_view name) {
  read();
  const auto found = structs_.find(std::pair(unescaped(package), std::string(name)));
  return found == structs_.end() ? none_ : found->second;
}

TypeRef NamedStructs::at(Address type) {
  read();
  for (const TypeBytes& types : sections_) {
    const bool described = types.contains(type) && types.kind(type) == TypeKind::structure;
    if (described && !types.package(type).empty()) return {&types, type};
  }
  return {};
}

TypeRef NamedStructs::pointed_to_by(Address type) {
  read();
  for (const TypeBytes& types : sections_) {
    if (types.contains(type) && types.kind(type) == TypeKind::pointer) {
      return at(types.element(type));
    }
  }
  return {};
}

void NamedStructs::read() {
  if (!sections_.empty()) return;
  for (const Range& range : ranges_) {
    const TypeBytes& types = sections_.emplace_back(memory_, layout_, range);
    for (const Address type : types.named_structs()) {
      const TypeRef found{&types, type};
      structs_[{types.package(type), found.bare_name()}].push_back(found);
    }
  }
}

}  // namespace goknot::target
