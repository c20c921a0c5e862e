// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/stack_roots.h"

#include <algorithm>
#include <array>

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr std::int32_t kMostBits = 1 << 20;
constexpr int kMostDefers = 1 << 16;
constexpr std::uint32_t kMostArguments = 1U << 12U;  // bytes that one call is given
constexpr std::uint64_t kMostVariables = 4096;
constexpr std::uint64_t kMostVariable = std::uint64_t{1} << 24U;  // bytes

// Two numbers, then bitmaps of as many bits each. Go: runtime.stackmap.
struct MapHeader {
  std::int32_t maps = 0;
  std::int32_t bits = 0;
};

// How variables whose address is taken are noted: the record changed twice (runtime/stack.go
// stackObjectRecord).
enum class RecordForm : std::uint8_t { with_type, with_pointer, with_offset };

RecordForm record_form(const Layout& layout) {
  if (layout.version < GoVersion{17, 0}) return RecordForm::with_type;
  return layout.version < GoVersion{18, 0} ? RecordForm::with_pointer : RecordForm::with_offset;
}

// At any instruction a signal may come: the compiler's notes hold only at calls.
bool is_interrupted(FuncId id) {
  return id == FuncId::async_preempt || id == FuncId::debug_call_v1 ||
         id == FuncId::debug_call_v2 || id == FuncId::sigpanic;
}

}  // namespace

// runtime/symtab.go stackmap {n, nbit int32; bytedata}, then n bitmaps of nbit bits, each padded to
// a byte; PCDATA_StackMapIndex says which of them holds at a call. go1.13 to go1.27.
std::optional<std::vector<std::int64_t>> StackRoots::read_slots(const Site& site,
                                                                std::int32_t funcdata) const {
  const Address data = site.table->funcdata(site.function, funcdata);
  if (data == 0) return std::nullopt;
  const auto header = code_.memory().read<MapHeader>(data);
  if (!header || header->maps <= 0 || header->bits < 0 || header->bits > kMostBits) {
    return std::nullopt;
  }
  // Without a number we are in the prologue, where the first map holds.
  const std::int32_t number =
      std::max(site.table->pcdata(site.function, code_.layout().pcdata.stack_map, site.pc), 0);
  if (number >= header->maps) return std::nullopt;
  const auto size = static_cast<std::size_t>(header->bits + 7) / 8;
  std::vector<std::byte> bits(size);
  if (!code_.memory().read(data + sizeof(MapHeader) + size * static_cast<std::size_t>(number),
                           bits)) {
    return std::nullopt;
  }
  std::vector<std::int64_t> slots;
  for (std::int32_t i = 0; i < header->bits; ++i) {
    const auto byte = std::to_integer<unsigned>(bits[static_cast<std::size_t>(i) / 8]);
    if ((byte >> (static_cast<unsigned>(i) % 8U) & 1U) == 0) continue;
    slots.push_back(std::int64_t{i} * 8);
  }
  // Locals are counted upwards to their base, of which only this place knows the distance.
  if (funcdata == code_.layout().funcdata.locals_pointer_maps) {
    for (std::int64_t& slot : slots) slot -= std::int64_t{header->bits} * 8;
  }
  return slots;
}

// FUNCDATA_StackObjects: a count, then records of 16 bytes {off int, typ *_type} to 1.16, 24 bytes
// {off, size, ptrdata int32; gcdata *byte} in 1.17, 16 bytes with an offset instead of the pointer
// since.
std::vector<StackMap::Variable> StackRoots::read_variables(const Site& site) const {
  std::vector<StackMap::Variable> variables;
  const Layout& layout = code_.layout();
  const Memory& memory = code_.memory();
  const Address data = site.table->funcdata(site.function, layout.funcdata.stack_objects);
  const auto count = data == 0 ? std::nullopt : memory.read<std::uint64_t>(data);
  if (!count || *count > kMostVariables) return variables;
  const RecordForm form = record_form(layout);
  const std::size_t size = form == RecordForm::with_pointer ? 24 : 16;
  std::vector<std::byte> bytes(*count * size);
  if (!memory.read(data + kWord, bytes)) return variables;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    StackMap::Variable variable;
    if (form == RecordForm::with_type) {
      variable.offset = load<std::int64_t>(bytes, at);
      variable.size = memory.read<std::uint64_t>(load<Address>(bytes, at + 8)).value_or(kWord);
    } else {
      variable.offset = load<std::int32_t>(bytes, at);
      variable.size = load<std::uint32_t>(bytes, at + 4);
    }
    variable.size = std::min(variable.size, kMostVariable);
    variables.push_back(variable);
  }
  return variables;
}

StackMap StackRoots::read_map(const Site& site) const {
  StackMap map;
  const auto& funcdata = code_.layout().funcdata;
  if (site.table == nullptr || site.stack_delta < 0) return map;
  auto locals = read_slots(site, funcdata.locals_pointer_maps);
  auto arguments = read_slots(site, funcdata.args_pointer_maps);
  const bool has_locals = site.stack_delta > 0;
  const bool has_arguments = site.function.args != 0;
  if ((has_locals && !locals) || (has_arguments && !arguments)) return map;
  map.known = true;
  if (locals) map.locals = *std::move(locals);
  if (arguments) map.arguments = *std::move(arguments);
  map.variables = read_variables(site);
  return map;
}

const StackMap& StackRoots::map_of(const Site& site) {
  const auto [place, is_new] = maps_.try_emplace(&site);
  if (is_new) place->second = read_map(site);
  return place->second;
}

void StackRoots::add_pointer(const Copy& stack, Address pointer) {
  if (stack.begin <= pointer && pointer < stack.end()) {
    into_stack_.push_back(pointer);
  } else {
    sink_.add_root(pointer);
  }
}

void StackRoots::add_slot(const Copy& stack, Address address) {
  if (const auto word = stack.word(address)) add_pointer(stack, *word);
}

void StackRoots::add_all(const Copy& stack, Address begin, Address end) {
  for (Address at = begin; at < end; at += kWord) add_slot(stack, at);
}

// The variables of the frame are noted for later: whether one counts is only known when all
// pointers into this stack are.
void StackRoots::add_activation(const Specimen& specimen, std::size_t index) {
  const Activation& here = specimen.activations[index];
  const Copy& stack = specimen.stack;
  const StackMap& map = map_of(*here.site);
  for (const StackMap::Variable& variable : map.variables) {
    const Address base = variable.offset < 0 ? here.variables : here.arguments;
    found_.push_back({base + static_cast<Address>(variable.offset), variable.size, false});
  }
  const bool interrupted =
      is_interrupted(here.site->function.id) ||
      (index > 0 && is_interrupted(specimen.activations[index - 1].site->function.id));
  if (!map.known || interrupted) {
    const Address end =
        index + 1 < specimen.activations.size() ? specimen.activations[index + 1].sp : stack.end();
    add_all(stack, here.sp, end);
    return;
  }
  for (const std::int64_t slot : map.locals) {
    add_slot(stack, here.variables + static_cast<Address>(slot));
  }
  for (const std::int64_t slot : map.arguments) {
    add_slot(stack, here.arguments + static_cast<Address>(slot));
  }
}

// Variables on the stack that are pointed to are looked into, until nothing new is found.
void StackRoots::follow(const Copy& stack) {
  std::ranges::sort(found_, {}, &Found::begin);
  while (!into_stack_.empty()) {
    const Address pointer = into_stack_.back();
    into_stack_.pop_back();
    const auto after = std::ranges::upper_bound(found_, pointer, {}, &Found::begin);
    if (after == found_.begin()) continue;
    Found& variable = *(after - 1);
    if (variable.seen || pointer >= variable.begin + variable.size) continue;
    variable.seen = true;
    add_all(stack, variable.begin, variable.begin + variable.size);
  }
}

// To go1.17 they stand behind the record of the call, and neither the map of the frame nor that of
// the object tells of them. Go: runtime/malloc.go mallocgc on deferType, runtime/traceback.go
// tracebackdefers.
void StackRoots::add_deferred_arguments(const Copy& stack, Address record) {
  const auto& field = code_.layout().defer_record;
  const Memory& memory = code_.memory();
  const auto read = [&](Address address, std::span<std::byte> into) {
    const auto copied = stack.from(address);
    if (copied.size() < into.size()) return memory.read(address, into);
    std::ranges::copy(copied.first(into.size()), into.begin());
    return true;
  };
  std::array<std::byte, sizeof(std::uint32_t)> size{};
  if (!read(record + static_cast<Address>(field.siz), size)) return;
  std::vector<std::byte> arguments(std::min(load<std::uint32_t>(size, 0), kMostArguments));
  if (!read(record + static_cast<Address>(field.size), arguments)) return;
  for (std::size_t at = 0; at + kWord <= arguments.size(); at += kWord) {
    add_pointer(stack, load<Address>(arguments, at));
  }
}

// Deferred calls and panics are linked from the g, through records that may lie on the stack. Go:
// runtime/mgcmark.go scanstack.
void StackRoots::add_records(const Specimen& specimen) {
  const Copy& stack = specimen.stack;
  const auto& field = code_.layout().defer_record;
  const auto word = [&](Address address) {
    const auto copied = stack.word(address);
    return copied ? copied : code_.memory().read<Address>(address);
  };
  Address record = specimen.record.defers;
  for (int i = 0; i < kMostDefers && record != 0; ++i) {
    add_pointer(stack, record);
    add_pointer(stack, word(record + static_cast<Address>(field.fn)).value_or(0));
    if (field.siz != kAbsent) add_deferred_arguments(stack, record);
    if (field.head != kAbsent) {  // of those that a range-over-func loop has deferred
      add_pointer(stack, word(record + static_cast<Address>(field.head)).value_or(0));
    }
    record = word(record + static_cast<Address>(field.link)).value_or(0);
  }
  add_pointer(stack, specimen.record.panics);
}

void StackRoots::add(const Specimen& specimen) {
  found_.clear();
  into_stack_.clear();
  add_records(specimen);
  for (std::size_t i = 0; i < specimen.activations.size(); ++i) add_activation(specimen, i);
  follow(specimen.stack);
}

}  // namespace goknot::target
