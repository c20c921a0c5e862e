// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/field_names.h"

#include "goknot/target/heap/spans.h"
#include "goknot/target/struct_types.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::uint64_t kLargestStruct = 1U << 20U;  // bytes
// From 1.22 objects of these sizes that hold pointers begin with the address of their type. Go:
// runtime/mbitmap_allocheaders.go heapBitsInSpan, runtime/malloc.go maxSmallSize.
constexpr GoVersion kHasHeaders{22, 0};
constexpr std::uint64_t kHeader = 8;
constexpr std::uint64_t kMostWithoutHeader = 512;
constexpr std::uint64_t kMostWithHeader = 32768;

// The Go type of what lies in a field; empty for kinds that are not in a struct themselves.
std::string_view type_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::mutex:
      return "sync.Mutex";
    case ObjectKind::rwmutex:
      return "sync.RWMutex";
    case ObjectKind::wait_group:
      return "sync.WaitGroup";
    case ObjectKind::cond:
      return "sync.Cond";
    case ObjectKind::once:
      return "sync.Once";
    default:
      return {};
  }
}

bool needs_name(const Snapshot& snapshot, const WaitObject& object) {
  const bool nameable =
      (object.kind == ObjectKind::channel && object.owner) || !type_of(object.kind).empty();
  return nameable && object.address && object.owner_type && object.identity == Identity::exact &&
         snapshot.strings[object.name].empty();
}

// "node.Hub" of "example.com/chat/node.Hub".
std::string without_path(std::string_view type) {
  const std::size_t slash = type.rfind('/');
  return std::string(slash == std::string_view::npos ? type : type.substr(slash + 1));
}

// "Hub" of "node.Hub".
std::string_view without_package(std::string_view type) {
  const std::size_t dot = type.rfind('.');
  return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

class Namer {
 public:
  // None is copied but the spans; there are none where the heap cannot be read.
  Namer(const Memory& memory, GoVersion version, const StructTypes& types,
        std::optional<Spans> spans)
      : memory_(memory), version_(version), types_(types), spans_(std::move(spans)) {}

  // The field that holds an object of its owner, by every type that the owner may have.
  std::optional<std::string> name(const WaitObject& object, const std::string& owner) {
    std::optional<std::string> agreed;
    for (const Address type : types_.find(owner)) {
      const auto path =
          object.kind == ObjectKind::channel ? channel(object, type) : inside(object, type);
      if (!path || (agreed && *agreed != *path)) return std::nullopt;
      agreed = path;
    }
    return agreed;
  }

 private:
  // Where the owner's address is not shown, it is the object of the heap in which the lock lies.
  std::optional<std::string> inside(const WaitObject& object, Address type) {
    std::optional<Address> owner = object.owner;
    const auto place = !owner && spans_ ? spans_->find(*object.address) : std::nullopt;
    if (place) owner = value_in(*place);
    if (!owner || *object.address < *owner || *object.address - *owner > kLargestStruct) {
      return std::nullopt;
    }
    return types_.path_to(type, *object.address - *owner, type_of(object.kind));
  }

  // Where the value begins that lies in an object of the heap.
  Address value_in(HeapObject object) const {
    const Span& span = spans_->spans()[object.span];
    const bool has_header = version_ >= kHasHeaders && span.has_pointers &&
                            span.object_size > kMostWithoutHeader &&
                            span.object_size <= kMostWithHeader;
    return spans_->begin_of(object) + (has_header ? kHeader : 0);
  }

  // A channel lies elsewhere: the one field that points to it.
  std::optional<std::string> channel(const WaitObject& object, Address type) {
    std::optional<std::string> found;
    for (const StructField& field : types_.fields(type)) {
      if (!types_.name(field.type).contains("chan")) continue;
      if (memory_.read<Address>(*object.owner + field.offset) != object.address) continue;
      if (found) return std::nullopt;
      found = field.name;
    }
    return found;
  }

  const Memory& memory_;
  GoVersion version_;
  const StructTypes& types_;
  std::optional<Spans> spans_;
};

}  // namespace

void name_fields(const Memory& memory, const Program& program, Snapshot& snapshot) {
  absl::flat_hash_set<std::string> owners;
  for (const WaitObject& object : snapshot.objects) {
    if (needs_name(snapshot, object)) {
      owners.insert(without_path(snapshot.strings[object.owner_type]));
    }
  }
  owners.erase("");
  if (owners.empty()) return;
  std::vector<Range> modules;
  for (const FunctionTable& table : program.tables) modules.push_back(table.module().types);
  const StructTypes types(memory, program.layout, std::move(modules), owners);
  const bool ask_heap = std::ranges::any_of(snapshot.objects, [&](const WaitObject& object) {
    return needs_name(snapshot, object) && !object.owner;
  });
  Namer namer(memory, program.layout.version, types,
              ask_heap ? Spans::read(memory, program.layout, program.tables.front().module())
                       : std::nullopt);
  for (WaitObject& object : snapshot.objects) {
    if (!needs_name(snapshot, object)) continue;
    const std::string owner = without_path(snapshot.strings[object.owner_type]);
    if (const auto name = namer.name(object, owner)) {
      object.name = snapshot.strings.add(std::string(without_package(owner)) + "." + *name);
    }
  }
}

}  // namespace goknot::target
