// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/function_table.h"

#include <algorithm>
#include <cstring>

namespace goknot::target {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30U;
constexpr std::uint32_t kNoFile = 0xffffffff;
constexpr std::uint32_t kNoFuncdata = 0xffffffff;
constexpr std::size_t kMostRuns = 100'000;  // of one table; it ends long before
constexpr std::size_t kMostInlined =
    200;  // calls inlined into each other; the compiler stops at far fewer

// A number of LEB128 at the front of `bytes`, which moves on; none at its end.
std::optional<std::uint32_t> take_uvarint(std::span<const std::byte>& bytes) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (bytes.empty()) return std::nullopt;
    const auto byte = std::to_integer<std::uint32_t>(bytes.front());
    bytes = bytes.subspan(1);
    value |= (byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::int32_t zig_zag(std::uint32_t value) {
  return static_cast<std::int32_t>((value & 1U) != 0 ? ~(value >> 1U) : value >> 1U);
}

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

}  // namespace

Result<FunctionTable> FunctionTable::read(const Memory& memory, const Layout& layout,
                                          const Module& module) {
  FunctionTable table(layout, module);
  if (!table.copy(memory)) return fail(Kind::damaged, "the table of functions cannot be read");
  if (!table.is_sound()) return fail(Kind::damaged, "the table of functions contradicts itself");
  return table;
}

bool FunctionTable::copy(const Memory& memory) {
  Address end = module_.records.data + module_.records.size;
  for (const Slice* slice : {&module_.names, &module_.files, &module_.values}) {
    end = std::max(end, slice->data + slice->size);
  }
  base_ = module_.table;
  if (end <= base_ || end - base_ > kMostBytes) return false;
  bytes_.resize(end - base_);
  if (!memory.read(base_, bytes_)) return false;
  const bool old = layout_.pc_header.size == kAbsent;  // one slice holds everything until go1.15
  const auto index = part(module_.index, sized(layout_.functab.size));
  const auto records = part(module_.records, 1);
  if (!index || !records) return false;
  index_ = *index;
  records_ = *records;
  count_ = module_.index.size - 1;
  const auto names = old ? records : part(module_.names, 1);
  const auto values = old ? records : part(module_.values, 1);
  const auto files = part(module_.files, old ? sizeof(std::uint32_t) : 1);
  if (!names || !values || !files) return false;
  names_ = *names;
  values_ = *values;
  files_ = *files;
  // The linker wrote the length of cutab in bytes until go1.25, so it is only a bound.
  const Address units = module_.units.data;
  if (!old && units >= base_ && units < end) units_ = {units - base_, files_.begin};
  return true;
}

// A layout of another release than the program's is caught here, before stacks are followed by it.
bool FunctionTable::is_sound() const {
  return entry(0) == module_.functions.begin && entry(count_) == module_.functions.end &&
         function(0).has_value() && !name(*function(0)).empty();
}

std::optional<FunctionTable::Part> FunctionTable::part(const Slice& slice,
                                                       std::size_t element) const {
  if (slice.data < base_ || slice.data - base_ > bytes_.size()) return std::nullopt;
  const std::size_t begin = slice.data - base_;
  if (slice.size > (bytes_.size() - begin) / element) return std::nullopt;
  return Part{begin, begin + slice.size * element};
}

template <typename T>
std::optional<T> FunctionTable::at(std::size_t offset) const {
  if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
  return load<T>(bytes_, offset);
}

std::string_view FunctionTable::text(const Part& part, std::int64_t offset) const {
  if (offset < 0 || static_cast<std::size_t>(offset) >= part.end - part.begin) return {};
  const std::size_t begin = part.begin + static_cast<std::size_t>(offset);
  const char* start = reinterpret_cast<const char*>(bytes_.data()) + begin;
  return {start, strnlen(start, part.end - begin)};
}

// Code that is too much for one section lies in several, which the linker may have moved apart.
// Offsets count as if each began where the one before it ends (runtime/symtab.go textAddr).
Address FunctionTable::address_of(std::uint64_t offset) const {
  for (const TextSection& section : module_.sections) {
    if (section.offset <= offset && offset < section.offset_end) {
      return section.address + (offset - section.offset);
    }
  }
  return module_.code.begin + offset;
}

// A row is an address and an offset of 8 bytes each, from go1.18 on two offsets of 4 bytes.
Address FunctionTable::entry(std::size_t row) const {
  const std::size_t begin = index_.begin + row * sized(layout_.functab.size);
  if (layout_.functab.size == 16) return at<Address>(begin).value_or(0);
  const auto offset = at<std::uint32_t>(begin);
  if (!offset) return 0;
  // The last entry is the end of the text, which lies in no section.
  if (row == count_ && !module_.sections.empty()) return module_.functions.end;
  return address_of(*offset);
}

std::optional<std::size_t> FunctionTable::row_of(Address pc) const {
  if (!module_.functions.contains(pc)) return std::nullopt;
  std::size_t low = 0;
  std::size_t high = count_;  // entry(low) <= pc < entry(high)
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (entry(middle) <= pc ? low : high) = middle;
  }
  return low;
}

std::optional<Function> FunctionTable::function(std::size_t row) const {
  const std::size_t slot = index_.begin + row * sized(layout_.functab.size);
  std::uint64_t offset = 0;
  if (layout_.functab.size == 16) {
    offset = at<std::uint64_t>(slot + 8).value_or(~std::uint64_t{0});
  } else {
    offset = at<std::uint32_t>(slot + 4).value_or(~std::uint32_t{0});
  }
  const auto& field = layout_.func;
  if (offset > records_.end - records_.begin ||
      records_.end - records_.begin - offset < sized(field.size)) {
    return std::nullopt;
  }
  const std::size_t record = records_.begin + offset;
  const auto word = [&](std::int32_t at) {
    return load<std::uint32_t>(bytes_, record + sized(at));
  };
  const auto byte = [&](std::int32_t at) { return load<std::uint8_t>(bytes_, record + sized(at)); };
  Function function;
  function.entry = entry(row);
  function.record = static_cast<std::uint32_t>(record);
  function.name = static_cast<std::int32_t>(word(field.nameoff));
  function.args = static_cast<std::int32_t>(word(field.args));
  function.pcsp = word(field.pcsp);
  function.pcfile = word(field.pcfile);
  function.pcln = word(field.pcln);
  function.pcdata = word(field.npcdata);
  if (field.cu_offset != kAbsent) function.unit = word(field.cu_offset);
  if (field.start_line != kAbsent) function.start_line = word(field.start_line);
  function.id = layout_.func_id(byte(field.func_id));
  if (field.flag != kAbsent) function.flag = byte(field.flag);
  function.funcdata = byte(field.nfuncdata);
  return function;
}

std::optional<Function> FunctionTable::find(Address pc) const {
  const auto row = row_of(pc);
  return row ? function(*row) : std::nullopt;
}

std::optional<Function> FunctionTable::find(std::string_view name) const {
  for (std::size_t row = 0; row < count_; ++row) {
    const auto candidate = function(row);
    if (candidate && this->name(*candidate) == name) return candidate;
  }
  return std::nullopt;
}

std::vector<Function> FunctionTable::with_prefix(std::string_view prefix) const {
  std::vector<Function> found;
  for (std::size_t row = 0; row < count_; ++row) {
    const auto candidate = function(row);
    if (candidate && name(*candidate).starts_with(prefix)) found.push_back(*candidate);
  }
  return found;
}

Address FunctionTable::end_of(const Function& function) const {
  const auto row = row_of(function.entry);
  return row ? entry(*row + 1) : function.entry;
}

// Each pair says by how much the value changes (zig-zag) and for how many bytes (in units of the
// shortest instruction) it then holds. It starts at -1; a change of 0 ends the table, but for the
// first pair (runtime/symtab.go step, go1.13 to go1.27). A table has no index: it is read from its
// beginning.
//     28 05  02 0a  00        of the lines of a function that begins at 0x401000:
//     -1 + 20 = 19            for 5 bytes, [0x401000, 0x401005)
//     19 +  1 = 20            for 10 bytes, [0x401005, 0x40100f)
std::optional<std::int32_t> FunctionTable::value(std::uint32_t table, const Function& function,
                                                 Address pc) const {
  if (table == 0 || table >= values_.end - values_.begin) return std::nullopt;
  std::span<const std::byte> rest =
      std::span(bytes_).subspan(values_.begin + table, values_.end - values_.begin - table);
  std::int32_t value = -1;
  Address until = function.entry;
  const auto quantum = layout_.architecture == Architecture::amd64 ? 1U : 4U;
  for (bool first = true;; first = false) {
    const auto step = take_uvarint(rest);
    if (!step || (*step == 0 && !first)) return std::nullopt;
    const auto length = take_uvarint(rest);
    if (!length) return std::nullopt;
    value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) +
                                      static_cast<std::uint32_t>(zig_zag(*step)));
    until += Address{*length} * quantum;
    if (pc < until) return value;
  }
}

std::int32_t FunctionTable::pcdata(const Function& function, std::int32_t index, Address pc) const {
  if (index < 0 || static_cast<std::uint32_t>(index) >= function.pcdata) return -1;
  const auto table = at<std::uint32_t>(function.record + sized(layout_.func.pcdata) +
                                       sized(index) * sizeof(std::uint32_t));
  return table ? value(*table, function, pc).value_or(-1) : -1;
}

std::vector<PcdataRun> FunctionTable::pcdata_runs(const Function& function,
                                                  std::int32_t index) const {
  if (index < 0 || static_cast<std::uint32_t>(index) >= function.pcdata) return {};
  const auto table = at<std::uint32_t>(function.record + sized(layout_.func.pcdata) +
                                       sized(index) * sizeof(std::uint32_t));
  return runs(table.value_or(0), function);
}

std::vector<PcdataRun> FunctionTable::runs(std::uint32_t table, const Function& function) const {
  std::vector<PcdataRun> runs;
  if (table == 0 || table >= values_.end - values_.begin) return runs;
  std::span<const std::byte> rest =
      std::span(bytes_).subspan(values_.begin + table, values_.end - values_.begin - table);
  const auto quantum = layout_.architecture == Architecture::amd64 ? 1U : 4U;
  PcdataRun run{.begin = function.entry, .end = function.entry, .value = -1};
  while (runs.size() < kMostRuns) {
    const auto step = take_uvarint(rest);
    if (!step || (*step == 0 && !runs.empty())) break;
    const auto length = take_uvarint(rest);
    if (!length) break;
    run.value = static_cast<std::int32_t>(static_cast<std::uint32_t>(run.value) +
                                          static_cast<std::uint32_t>(zig_zag(*step)));
    run.begin = run.end;
    run.end += Address{*length} * quantum;
    runs.push_back(run);
  }
  return runs;
}

Address FunctionTable::funcdata(const Function& function, std::int32_t index) const {
  if (index < 0 || index >= function.funcdata) return 0;
  std::size_t begin = function.record + sized(layout_.func.pcdata) +
                      std::size_t{function.pcdata} * sizeof(std::uint32_t);
  if (layout_.moduledata.gofunc == kAbsent) {  // pointers, aligned in the program's memory
    begin += (base_ + begin) % 8 != 0 ? 4U : 0U;
    return at<Address>(begin + sized(index) * sizeof(Address)).value_or(0);
  }
  const auto offset = at<std::uint32_t>(begin + sized(index) * sizeof(std::uint32_t));
  return !offset || *offset == kNoFuncdata ? 0 : module_.gofunc + *offset;
}

std::string_view FunctionTable::file(const Function& function, std::int32_t index) const {
  if (index < 0) return {};
  const std::size_t row = std::size_t{function.unit} + sized(index);
  if (layout_.pc_header.size == kAbsent) {
    if (row >= (files_.end - files_.begin) / sizeof(std::uint32_t)) return {};
    return text(records_, at<std::uint32_t>(files_.begin + row * 4).value_or(kNoFile));
  }
  if (row >= (units_.end - units_.begin) / sizeof(std::uint32_t)) return {};
  const std::uint32_t offset = at<std::uint32_t>(units_.begin + row * 4).value_or(kNoFile);
  return offset == kNoFile ? std::string_view() : text(files_, offset);
}

Position FunctionTable::position(const Function& function, Address pc) const {
  const auto line = value(function.pcln, function, pc);
  const auto index = value(function.pcfile, function, pc);
  return {index ? file(function, *index) : std::string_view(),
          line && *line > 0 ? static_cast<std::uint32_t>(*line) : 0};
}

// Since go1.20 an entry tells the pc of the call in its parent (parentPc), where file, line and the
// next index are looked up again, until the index is -1: the function itself.
std::vector<InlinedCall> FunctionTable::inlined(const Memory& memory, const Function& function,
                                                Address pc) const {
  std::vector<InlinedCall> calls;
  const Address tree = funcdata(function, layout_.funcdata.inl_tree);
  const auto& field = layout_.inlined_call;
  std::int32_t index = pcdata(function, layout_.pcdata.inl_tree, pc);
  if (tree != 0 && field.parent != kAbsent) {
    return inlined_by_parents(memory, function, pc, tree, index);
  }
  std::vector<std::byte> call(sized(field.size));
  while (tree != 0 && index >= 0 && calls.size() < kMostInlined) {
    if (!memory.read(tree + sized(index) * call.size(), call)) break;
    calls.push_back({.name = text(names_, load<std::int32_t>(call, sized(field.name_off))),
                     .id = layout_.func_id(load<std::uint8_t>(call, sized(field.func_id))),
                     .position = position(function, pc)});
    pc = function.entry + load<std::uint32_t>(call, sized(field.parent_pc));
    index = pcdata(function, layout_.pcdata.inl_tree, pc);
  }
  calls.push_back({name(function), function.id, position(function, pc)});
  return calls;
}

Address FunctionTable::outermost(const Memory& memory, const Function& function, Address pc) const {
  const Address tree = funcdata(function, layout_.funcdata.inl_tree);
  for (std::size_t i = 0; tree != 0 && i < kMostInlined; ++i) {
    const std::int32_t index = pcdata(function, layout_.pcdata.inl_tree, pc);
    const auto& field = layout_.inlined_call;
    const auto parent = index < 0
                            ? std::nullopt
                            : memory.read<std::uint32_t>(tree + sized(index) * sized(field.size) +
                                                         sized(field.parent_pc));
    if (!parent) break;
    pc = function.entry + *parent;
  }
  return pc;
}

// Until go1.19 the tree names each call's parent and says itself where that parent called.
std::vector<InlinedCall> FunctionTable::inlined_by_parents(const Memory& memory,
                                                           const Function& function, Address pc,
                                                           Address tree, std::int32_t index) const {
  std::vector<InlinedCall> calls;
  const auto& field = layout_.inlined_call;
  std::vector<std::byte> call(sized(field.size));
  Position here = position(function, pc);
  while (index >= 0 && calls.size() < kMostInlined) {
    if (!memory.read(tree + sized(index) * call.size(), call)) break;
    calls.push_back({.name = text(names_, load<std::int32_t>(call, sized(field.func_))),
                     .id = layout_.func_id(load<std::uint8_t>(call, sized(field.func_id))),
                     .position = here});
    here = {file(function, load<std::int32_t>(call, sized(field.file))),
            load<std::uint32_t>(call, sized(field.line))};
    index = load<std::int16_t>(call, sized(field.parent));
  }
  calls.push_back({name(function), function.id, here});
  return calls;
}

}  // namespace goknot::target
