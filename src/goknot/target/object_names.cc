// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_names.h"

#include "goknot/target/field_path.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/words.h"
#include "goknot/target/named_structs.h"
#include "goknot/target/object_users.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kMostObjects = 256;
constexpr std::uint64_t kMostStruct = 65536;                   // bytes that are looked at
constexpr std::uint64_t kMostHeap = std::uint64_t{16} << 20U;  // bytes that are searched
constexpr std::size_t kMostPointers = 64;  // of a stack or a struct, that are followed

// A struct in memory.
struct Instance {
  Address address = 0;
  TypeRef type;
};

// The object that a name is looked for.
struct Nameless {
  Address address = 0;
  ObjectKind kind = ObjectKind::unknown;
};

using Name = std::optional<std::string>;

std::string joined(const TypeRef& type, const std::string& path) {
  return type.bare_name() + "." + path;
}

// Whether the heap would keep a value of this size in a slot of that one: classes are at most an
// eighth apart beyond the small ones. Go: runtime/sizeclasses.go.
bool fits(std::uint64_t value, std::uint64_t slot) {
  return value <= slot && slot - value <= std::max<std::uint64_t>(15, slot / 8);
}

class Namer {
 public:
  Namer(const NamingInput& input, const Snapshot& snapshot)
      : input_(input), snapshot_(snapshot), structs_(input.memory, input.layout, input.types) {}

  // The name of an object, none if there is none that is sure.
  Name name_of(const UsedObject& used);
  // The names of those that had none, by who refers to them in the whole heap.
  std::vector<Name> names_of(std::span<const UsedObject> used);
  // Whether an object is known to be part of the one that its owner is the address of.
  bool belongs_to_owner(const WaitObject& object);

 private:
  Name by_receiver(const Receiver& receiver, const Nameless& object);
  Name by_slot(std::span<const Receiver> receivers, const Nameless& object);
  Name by_pointers(std::uint32_t row, std::span<const Receiver> receivers, const Nameless& object);
  Name part_of(const Instance& instance, const Nameless& object) const;
  Name referred_by(const Instance& instance, const Nameless& object) const;
  Name referred_behind(const Instance& instance, const Nameless& object) const;
  std::vector<TypeRef> types_of(const UsedObject& used);
  Name by_word(const HeapWord& word, std::span<const TypeRef> types, ObjectKind kind);
  bool is_elsewhere(const Receiver& receiver, const HeapObject& object);
  bool load_spans();
  std::optional<HeapObject> slot_of(Address address);
  std::vector<std::byte> copy(Address address, std::uint64_t size) const;

  const NamingInput& input_;
  const Snapshot& snapshot_;
  NamedStructs structs_;
  std::optional<std::optional<Spans>> spans_;  // none: not asked for yet
};

std::vector<std::byte> Namer::copy(Address address, std::uint64_t size) const {
  std::vector<std::byte> bytes(std::min(size, kMostStruct));
  bytes.resize(input_.memory.read_some(address, bytes));
  return bytes;
}

// The field of a struct that the object is.
Name Namer::part_of(const Instance& instance, const Nameless& object) const {
  if (object.address < instance.address) return std::nullopt;
  const auto path = field_path(*instance.type.types, instance.type.type,
                               object.address - instance.address, FieldKind::value, object.kind);
  return path ? Name(joined(instance.type, *path)) : std::nullopt;
}

// The field of a struct that holds the address of the object.
Name Namer::referred_by(const Instance& instance, const Nameless& object) const {
  const std::vector<std::byte> bytes = copy(instance.address, instance.type.size());
  for (std::size_t at = 0; at + sizeof(Address) <= bytes.size(); at += sizeof(Address)) {
    if (load<Address>(bytes, at) != object.address) continue;
    const auto path =
        field_path(*instance.type.types, instance.type.type, at, FieldKind::reference, object.kind);
    if (path) return joined(instance.type, *path);
  }
  return std::nullopt;
}

// The same for the structs that fields of a struct point to.
Name Namer::referred_behind(const Instance& instance, const Nameless& object) const {
  const TypeBytes& types = *instance.type.types;
  const std::vector<std::byte> bytes = copy(instance.address, instance.type.size());
  std::size_t followed = 0;
  for (const TypeField& field : types.fields(instance.type.type)) {
    if (field.offset + sizeof(Address) > bytes.size() || followed == kMostPointers) break;
    const Address inner = types.element(field.type);
    if (types.kind(field.type) != TypeKind::pointer || types.package(inner).empty()) continue;
    ++followed;
    const Instance behind{load<Address>(bytes, field.offset), {&types, inner}};
    if (auto name = part_of(behind, object)) return name;
    if (auto name = referred_by(behind, object)) return name;
  }
  return std::nullopt;
}

// Where several types have a name, those it can be must agree.
// An empty name is "they do not agree": unlike none, no later type can mend it.
Name agreed(const Name& name, const Name& other) {
  if (!name || !other) return name ? name : other;
  return name == other ? name : Name("");
}

Name Namer::by_receiver(const Receiver& receiver, const Nameless& object) {
  if (!receiver.address) return std::nullopt;
  Name name;
  for (const TypeRef& type : structs_.find(receiver.package, receiver.type)) {
    const Instance instance{*receiver.address, type};
    Name found = part_of(instance, object);
    if (!found) found = referred_by(instance, object);
    if (!found) found = referred_behind(instance, object);
    name = agreed(name, found);
  }
  return name;
}

bool Namer::belongs_to_owner(const WaitObject& object) {
  if (!object.owner || !object.address) return false;
  const auto slot = slot_of(*object.address);
  return !slot || slot == slot_of(*object.owner);
}

// Whether the heap has an object that begins at the receiver, and it is another one.
bool Namer::is_elsewhere(const Receiver& receiver, const HeapObject& object) {
  const auto slot = receiver.address ? slot_of(*receiver.address) : std::nullopt;
  return slot && *slot != object && (*spans_)->begin_of(*slot) == *receiver.address;
}

bool Namer::load_spans() {
  if (!spans_) spans_.emplace(Spans::read(input_.memory, input_.layout, input_.module));
  return spans_->has_value();
}

std::optional<HeapObject> Namer::slot_of(Address address) {
  return load_spans() ? (*spans_)->find(address) : std::nullopt;
}

// An object in the middle of one of the heap's: of the type that the heap notes, or of the one
// whose methods use it, if it has that size.
Name Namer::by_slot(std::span<const Receiver> receivers, const Nameless& object) {
  const auto slot = slot_of(object.address);
  if (!slot) return std::nullopt;
  const Span& span = (*spans_)->spans()[slot->span];
  if (is_shared(span)) return std::nullopt;
  const Address begin = (*spans_)->begin_of(*slot);
  if (span.has_headers) {
    const TypeRef type = structs_.at(input_.memory.read<Address>(begin).value_or(0));
    return type.types == nullptr ? std::nullopt : part_of({begin + 8, type}, object);
  }
  Name name;
  for (const Receiver& receiver : receivers) {
    if (is_elsewhere(receiver, *slot)) continue;
    for (const TypeRef& type : structs_.find(receiver.package, receiver.type)) {
      if (fits(type.size(), span.object_size)) name = agreed(name, part_of({begin, type}, object));
    }
  }
  return name;
}

// A struct that the stack points to, and that holds the address of the object where one of the
// types whose methods are on the stack has a field for it.
Name Namer::by_pointers(std::uint32_t row, std::span<const Receiver> receivers,
                        const Nameless& object) {
  const auto pointers = input_.pointers.of(row);
  if (!pointers || receivers.empty()) return std::nullopt;
  std::vector<Address> places(pointers->begin(), pointers->end());
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  if (places.size() > kMostPointers) places.resize(kMostPointers);
  Name name;
  for (const Receiver& receiver : receivers) {
    for (const TypeRef& type : structs_.find(receiver.package, receiver.type)) {
      for (const Address place : places) {
        name = agreed(name, referred_by({place, type}, object));
        if (!name) name = referred_behind({place, type}, object);
      }
    }
    if (name) return name;
  }
  return name;
}

// From the surest to the weakest: the receivers of methods on the stacks of those who use the
// object, the slot of the heap that it lies in, structs that these stacks point to.
Name Namer::name_of(const UsedObject& used) {
  const WaitObject& row = snapshot_.objects[used.object.index()];
  const Nameless object{*row.address, row.kind};
  for (const std::uint32_t user : used.rows) {
    const std::vector<Receiver> receivers = receivers_of(snapshot_, user);
    for (const Receiver& receiver : receivers) {
      if (auto name = by_receiver(receiver, object)) return name;
    }
    if (object.kind != ObjectKind::channel) {
      if (auto name = by_slot(receivers, object)) return name;
    }
    if (auto name = by_pointers(user, receivers, object)) return name;
  }
  return std::nullopt;
}

std::vector<TypeRef> Namer::types_of(const UsedObject& used) {
  std::vector<TypeRef> types;
  for (const std::uint32_t row : used.rows) {
    for (const Receiver& receiver : receivers_of(snapshot_, row)) {
      const auto& found = structs_.find(receiver.package, receiver.type);
      types.insert(types.end(), found.begin(), found.end());
    }
  }
  return types;
}

// A word of the heap that refers to an object, where one of these types has a field for it.
Name Namer::by_word(const HeapWord& word, std::span<const TypeRef> types, ObjectKind kind) {
  Name name;
  for (const TypeRef& type : types) {
    std::uint64_t offset = word.offset;
    if (word.has_header) {
      if (offset < 8 || input_.memory.read<Address>(word.object) != type.type) continue;
      offset -= 8;
    } else if (!fits(type.size(), word.object_size)) {
      continue;
    }
    const auto path = field_path(*type.types, type.type, offset, FieldKind::reference, kind);
    if (path) name = agreed(name, joined(type, *path));
  }
  return name;
}

// One way through the heap for all that are left, and only through spans whose objects have the
// size of a type in question.
std::vector<Name> Namer::names_of(std::span<const UsedObject> used) {
  std::vector<Name> names(used.size());
  std::vector<std::vector<TypeRef>> types;
  absl::flat_hash_set<Address> addresses;
  absl::flat_hash_set<std::uint64_t> sizes;
  for (const UsedObject& each : used) {
    types.push_back(types_of(each));
    if (types.back().empty()) continue;
    addresses.insert(*snapshot_.objects[each.object.index()].address);
    for (const TypeRef& type : types.back()) sizes.insert(type.size());
  }
  if (addresses.empty() || !load_spans()) return names;
  const auto is_wanted = [&sizes](const Span& span) {
    return std::ranges::any_of(sizes, [&span](std::uint64_t size) {
      return fits(size, span.object_size) || fits(size + 8, span.object_size);
    });
  };
  for (const HeapWord& word :
       find_heap_words(input_.memory, **spans_, addresses, is_wanted, kMostHeap)) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      const WaitObject& object = snapshot_.objects[used[i].object.index()];
      if (object.address != word.value) continue;
      names[i] = agreed(names[i], by_word(word, types[i], object.kind));
    }
  }
  return names;
}

// Gives names to objects; those that get none are returned.
template <typename Names>
std::vector<UsedObject> give(std::span<const UsedObject> used, Snapshot& snapshot, Names name_of) {
  std::vector<UsedObject> left;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Name name = name_of(i);
    if (name) {
      snapshot.objects[used[i].object.index()].name = snapshot.strings.add(*name);
    } else {
      left.push_back(used[i]);
    }
  }
  return left;
}

}  // namespace

void name_fields(const NamingInput& input, Snapshot& snapshot) {
  Namer namer(input, snapshot);
  const std::vector<UsedObject> nameless = nameless_objects(snapshot, kMostObjects);
  const std::vector<UsedObject> left =
      give(nameless, snapshot, [&](std::size_t i) { return namer.name_of(nameless[i]); });
  if (left.empty()) return;
  const std::vector<Name> names = namer.names_of(left);
  // A method may lock what is not its receiver's: then it is not called after the receiver's type.
  for (const UsedObject& used : give(left, snapshot, [&](std::size_t i) { return names[i]; })) {
    WaitObject& object = snapshot.objects[used.object.index()];
    if (object.owner_type && !namer.belongs_to_owner(object)) object.owner_type = StringId();
  }
}

void name_fields(const Memory& memory, const Program& program, const StackPointers& pointers,
                 Snapshot& snapshot) {
  NamingInput input{.memory = memory,
                    .layout = program.layout,
                    .module = program.tables.front().module(),
                    .types = {},
                    .pointers = pointers};
  for (const FunctionTable& table : program.tables) input.types.push_back(table.module().types);
  name_fields(input, snapshot);
}

}  // namespace goknot::target
