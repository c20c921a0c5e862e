// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/global_names.h"

#include "goknot/target/linux/debug_info.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostVariables = std::uint64_t{16} << 20U;  // bytes of them

// How far the file was moved when it was loaded; none if it is not the file that lies there.
// Found by the code rather than by the first mapping: where the runtime's code lies in memory, and
// where in the file the same bytes are, tells how far everything was moved (0 but for PIE).
std::optional<Address> moved_by(const ElfImage& file, const Memory& memory, Address code) {
  const Region* region = memory.region_of(code);
  if (region == nullptr) return std::nullopt;
  const std::uint64_t offset = region->offset + (code - region->begin);
  for (const ElfSegment& segment : file.segments()) {
    if (!segment.is_loaded() || offset < segment.offset) continue;
    if (offset - segment.offset >= segment.file_size) continue;
    return code - (segment.address + (offset - segment.offset));
  }
  return std::nullopt;
}

// Whether a person gave a variable its name. The linker's and the compiler's have two dots
// ("main..stmp_0"), a colon ("go:buildid") or no package.
bool is_given(std::string_view name) {
  return name.contains('.') && !name.contains("..") && !name.contains(':');
}

bool is_nameless(const Snapshot& snapshot, const WaitObject& object) {
  return object.address && object.identity == Identity::exact &&
         snapshot.strings[object.name].empty();
}

// Whether so many bytes are just such an object, and nothing beside it (sync/mutex.go, rwmutex.go,
// waitgroup.go, 1.13 to 1.27).
bool is_whole(ObjectKind kind, std::uint64_t size) {
  if (kind == ObjectKind::mutex) return size == 8;
  if (kind == ObjectKind::rwmutex) return size == 24;
  return kind == ObjectKind::wait_group && (size == 16 || size == 12);  // 12 up to 1.17
}

// The variables of a program, and which of its objects they are.
class Globals {
 public:
  Globals(const std::string& path, const ElfImage& file, Address moved)
      : path_(path), variables_(file.variables()), moved_(moved) {}

  bool empty() const { return variables_.empty(); }
  // What lies at an address: a variable, or a lock in one. What a variable is made of is looked up
  // only if it is more than the lock: to unpack the debugging information takes long.
  // "main.cache" is a struct in which at 0x28 a lock begins: DWARF says that this is mu, else
  // "+0x28" must do.
  std::string name_of(Address address, ObjectKind kind) {
    const ElfVariable* variable = variables_.at(address - moved_);
    if (variable == nullptr || !is_given(variable->name)) return {};
    const Address offset = address - moved_ - variable->address;
    std::string name(variable->name);
    if (offset == 0 && is_whole(kind, variable->size)) return name;
    if (!debug_) debug_.emplace(DebugInfo::open(path_));
    const auto field = *debug_ ? (*debug_)->field(variable->name, offset) : std::nullopt;
    if (field) return name + *field;
    return offset == 0 ? name : name + fmt::format("+{:#x}", offset);
  }
  // The variable that begins at an address, and is nothing more than a reference.
  std::string reference_at(Address address) const {
    const ElfVariable* variable = variables_.at(address - moved_);
    const bool whole = variable != nullptr && variable->address == address - moved_ &&
                       variable->size == sizeof(Address) && is_given(variable->name);
    return whole ? std::string(variable->name) : std::string();
  }

 private:
  const std::string& path_;
  ElfVariables variables_;
  Address moved_;
  std::optional<std::optional<DebugInfo>> debug_;  // none: not asked for yet
};

using Channels = absl::flat_hash_map<Address, std::size_t>;  // rows by address

// A word of a variable that refers to an object.
struct Referrer {
  Address at = 0;
  std::size_t row = 0;
};

void add_referrers(const Memory& memory, const Range& range, const Channels& channels,
                   std::vector<Referrer>& found) {
  std::vector<std::byte> bytes(std::min(range.size(), kMostVariables));
  bytes.resize(memory.read_some(range.begin, bytes));
  for (std::size_t at = 0; at + sizeof(Address) <= bytes.size(); at += sizeof(Address)) {
    const auto row = channels.find(load<Address>(bytes, at));
    if (row != channels.end()) found.push_back({range.begin + at, row->second});
  }
}

// Which variables refer to channels without a name.
std::vector<Referrer> referrers(const Memory& memory, const Module& module,
                                const Snapshot& snapshot) {
  Channels channels;
  for (std::size_t row = 0; row < snapshot.objects.size(); ++row) {
    const WaitObject& object = snapshot.objects[row];
    if (object.kind == ObjectKind::channel && is_nameless(snapshot, object)) {
      channels.emplace(*object.address, row);
    }
  }
  std::vector<Referrer> found;
  if (channels.empty()) return found;
  for (const Range& range : {module.data, module.bss}) {
    add_referrers(memory, range, channels, found);
  }
  return found;
}

// The objects without a name that lie in variables.
std::vector<std::size_t> inside(const Module& module, const Snapshot& snapshot) {
  std::vector<std::size_t> found;
  for (std::size_t row = 0; row < snapshot.objects.size(); ++row) {
    const WaitObject& object = snapshot.objects[row];
    if (object.kind == ObjectKind::channel || !is_nameless(snapshot, object)) continue;
    if (module.is_data(*object.address)) found.push_back(row);
  }
  return found;
}

}  // namespace

void name_globals(const std::string& path, const Memory& memory, const Module& module,
                  Snapshot& snapshot) {
  const std::vector<std::size_t> parts = inside(module, snapshot);
  const std::vector<Referrer> words = referrers(memory, module, snapshot);
  if (parts.empty() && words.empty()) return;
  const auto file = ElfImage::open(path);
  const auto moved = file ? moved_by(*file, memory, module.code.begin) : std::nullopt;
  if (!moved) return;
  Globals globals(path, *file, *moved);
  if (globals.empty()) return;
  const auto give = [&snapshot](std::size_t row, const std::string& name) {
    if (!name.empty()) snapshot.objects[row].name = snapshot.strings.add(name);
  };
  for (const std::size_t row : parts) {
    const WaitObject& object = snapshot.objects[row];
    give(row, globals.name_of(*object.address, object.kind));
  }
  for (const Referrer& word : words) give(word.row, globals.reference_at(word.at));
}

}  // namespace goknot::target
