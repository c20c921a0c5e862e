// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <optional>
#include <string_view>
#include <vector>

namespace goknot::target {

// A function of the program. Go: runtime._func.
struct Function {
  Address entry = 0;
  std::uint32_t record = 0;  // where its _func begins in the copy of the tables
  std::int32_t name = 0;     // offset of its name
  std::int32_t args = 0;     // bytes of arguments and results on the stack, kArgsUnknown: unknown
  std::uint32_t pcsp = 0, pcfile = 0, pcln = 0;  // value tables, 0: none
  std::uint32_t pcdata = 0;                      // how many tables of pcdata follow the record
  std::uint32_t unit = 0;                        // row of the file table of its compilation unit
  std::uint32_t start_line = 0;                  // line of its `func`, 0: unknown (before go1.20)
  FuncId id = FuncId::normal;
  std::uint8_t flag = 0;
  std::uint8_t funcdata = 0;  // how many pieces of funcdata it has

  static constexpr std::int32_t kArgsUnknown = -0x7fffffff - 1;

  // The stack ends here. From go1.17 on the compiler says so.
  bool is_top() const { return (flag & 1U) != 0; }
  // It writes the stack pointer in a way the tables do not follow (go1.17).
  bool writes_sp() const { return (flag & 2U) != 0; }
};

// A place in a source file.
struct Position {
  std::string_view file;
  std::uint32_t line = 0;
};

// One function call that was inlined. Go: runtime.inlinedCall.
struct InlinedCall {
  std::string_view name;
  FuncId id = FuncId::normal;
  Position position;  // of the code that runs, inside the inlined function
};

// A piece of a function's code over which a value that is noted of it stays the same: [begin, end).
struct PcdataRun {
  Address begin = 0;
  Address end = 0;
  std::int32_t value = -1;
};

// The pclntab of one module, copied: from code addresses to functions, lines and what the compiler
// noted of them. Layout of the tables: runtime/symtab.go and cmd/link/internal/ld/pcln.go. Nothing
// in it is trusted: what points outside reads as absent. Views live as long as the table.
// How an address becomes a function and a line:
//
//     index     (pc, offset) pairs, sorted; binary search       -> where the record is
//     records   _func: name, args, pcsp, pcfile, pcln, ...      -> offsets into the others
//     values    (change of value, bytes of code) pairs          -> line, file, stack delta
//     units     by compilation unit and number of the file      -> offset of the path
//     names, files    texts, each ended by a 0 byte
//
// Until go1.15 one slice holds all of them, and offsets count from its beginning.
class FunctionTable {
 public:
  // Copies the tables of a module. Errors: damaged, if they cannot be read or contradict
  // themselves.
  static Result<FunctionTable> read(const Memory& memory, const Layout& layout,
                                    const Module& module);

  // The function that holds `pc`, none between functions and outside.
  std::optional<Function> find(Address pc) const;
  // The function of that name, none if there is none. Looks at all of them.
  std::optional<Function> find(std::string_view name) const;
  // Those whose names begin so. Looks at all of them.
  std::vector<Function> with_prefix(std::string_view prefix) const;
  // Where the code of a function ends: where the next one begins.
  Address end_of(const Function& function) const;
  // Its full name: "main.(*Hub).Add", as the linker wrote it.
  std::string_view name(const Function& function) const { return text(names_, function.name); }
  // The file and line of the outermost code at `pc`, without regard to inlining.
  Position position(const Function& function, Address pc) const;
  // How far the stack pointer stands below the return address at `pc`.
  std::optional<std::int32_t> stack_delta(const Function& function, Address pc) const {
    return value(function.pcsp, function, pc);
  }
  // Entry `index` of its pcdata at `pc`; -1 if it has no such table.
  std::int32_t pcdata(const Function& function, std::int32_t index, Address pc) const;
  // Entry `index` of its pcdata over all of its code, in order; empty if it has no such table.
  std::vector<PcdataRun> pcdata_runs(const Function& function, std::int32_t index) const;
  // The same of how far the stack pointer stands below the return address.
  std::vector<PcdataRun> stack_delta_runs(const Function& function) const {
    return runs(function.pcsp, function);
  }
  // Where piece `index` of its funcdata lies; 0 if it has none.
  Address funcdata(const Function& function, std::int32_t index) const;
  // What was inlined at `pc`: the innermost call first, and last the position inside the function
  // itself. `memory` holds the tree, which is no part of the table.
  std::vector<InlinedCall> inlined(const Memory& memory, const Function& function,
                                   Address pc) const;
  // Where the function's own code stands at `pc`: the call into what was inlined there, or `pc`.
  Address outermost(const Memory& memory, const Function& function, Address pc) const;
  // How many functions there are.
  std::size_t size() const { return count_; }

  const Module& module() const { return module_; }

 private:
  // A piece of the copy.
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  explicit FunctionTable(const Layout& layout, const Module& module)
      : layout_(layout), module_(module) {}
  bool copy(const Memory& memory);
  bool is_sound() const;
  std::optional<Part> part(const Slice& slice, std::size_t element) const;
  template <typename T>
  std::optional<T> at(std::size_t offset) const;
  std::string_view text(const Part& part, std::int64_t offset) const;
  Address address_of(std::uint64_t offset) const;
  Address entry(std::size_t row) const;
  std::optional<Function> function(std::size_t row) const;
  std::optional<std::size_t> row_of(Address pc) const;
  std::optional<std::int32_t> value(std::uint32_t table, const Function& function,
                                    Address pc) const;
  std::vector<PcdataRun> runs(std::uint32_t table, const Function& function) const;
  std::string_view file(const Function& function, std::int32_t index) const;
  std::vector<InlinedCall> inlined_by_parents(const Memory& memory, const Function& function,
                                              Address pc, Address tree, std::int32_t index) const;

  Layout layout_;
  Module module_;
  Address base_ = 0;              // where the copy was taken from
  std::vector<std::byte> bytes_;  // the tables
  std::size_t count_ = 0;
  Part index_, records_, names_, units_, files_, values_;
};

}  // namespace goknot::target
