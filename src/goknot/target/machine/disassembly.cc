// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/disassembly.h"

#include <capstone/capstone.h>

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kMostInstructions = 50000;  // of one function
constexpr std::uint32_t kWord = 8;

// The number of a register of amd64, whichever part of it is meant.
// eax, ax and al are parts of rax. Who writes one of them changes rax, and it is enough to know
// that. The order is that of the encoding: rax rcx rdx rbx rsp rbp rsi rdi, then r8 to r15.
Register number_of(unsigned name) {
  switch (name) {
#define PARTS(number, a, b, c, d) \
  case X86_REG_##a:               \
  case X86_REG_##b:               \
  case X86_REG_##c:               \
  case X86_REG_##d:               \
    return number;
    PARTS(0, RAX, EAX, AX, AL)
    PARTS(1, RCX, ECX, CX, CL)
    PARTS(2, RDX, EDX, DX, DL)
    PARTS(3, RBX, EBX, BX, BL)
    PARTS(4, RSP, ESP, SP, SPL)
    PARTS(5, RBP, EBP, BP, BPL)
    PARTS(6, RSI, ESI, SI, SIL)
    PARTS(7, RDI, EDI, DI, DIL)
    PARTS(8, R8, R8D, R8W, R8B)
    PARTS(9, R9, R9D, R9W, R9B)
    PARTS(10, R10, R10D, R10W, R10B)
    PARTS(11, R11, R11D, R11W, R11B)
    PARTS(12, R12, R12D, R12W, R12B)
    PARTS(13, R13, R13D, R13W, R13B)
    PARTS(14, R14, R14D, R14W, R14B)
    PARTS(15, R15, R15D, R15W, R15B)
#undef PARTS
    case X86_REG_AH:
      return 0;
    case X86_REG_CH:
      return 1;
    case X86_REG_DH:
      return 2;
    case X86_REG_BH:
      return 3;
    default:
      return kNoRegister;
  }
}

// One instruction of amd64, as Capstone took it apart.
// Whether an instruction is of a simple kind is decided by its operands: `mov rax, rbx` is a move,
// `mov rax, xmm0` is none, and `mov eax, ebx` is none either, because half a value is not a value.
class Reader {
 public:
  Reader(csh handle, const cs_insn& raw)
      : handle_(handle), raw_(raw), operands_(raw.detail->x86.operands, raw.detail->x86.op_count) {}

  Instruction read() {
    found_.address = raw_.address;
    found_.size = static_cast<std::uint8_t>(raw_.size);
    note_written();
    note_memory();
    if (!read_flow()) read_data();
    return found_;
  }

 private:
  bool in_group(unsigned group) const { return cs_insn_group(handle_, &raw_, group); }
  bool is(std::size_t i, x86_op_type type, unsigned size = kWord) const {
    return i < operands_.size() && operands_[i].type == type && operands_[i].size == size;
  }
  Register reg(std::size_t i) const { return number_of(operands_[i].reg); }
  bool locks() const { return raw_.detail->x86.prefix[0] == X86_PREFIX_LOCK; }
  bool repeats() const {
    const auto prefix = raw_.detail->x86.prefix[0];
    return prefix == X86_PREFIX_REP || prefix == X86_PREFIX_REPNE;
  }
  void note_written();
  void note_memory();
  bool read_flow();
  void read_data();
  void read_move();
  void read_product();
  void read_comparison();
  // As if it had been a lea.
  void set_address(const Operand& operand) {
    set(Deed::address, reg(0));
    found_.memory = operand;
  }
  void set(Deed deed, Register target, Register source = kNoRegister) {
    found_.deed = deed;
    found_.target = target;
    found_.source = source;
  }

  csh handle_;
  const cs_insn& raw_;
  std::span<const cs_x86_op> operands_;
  const cs_x86_op* memory_ = nullptr;
  Instruction found_;
};

// If Capstone cannot say which registers change, all 16 do.
void Reader::note_written() {
  cs_regs read, written;
  std::uint8_t reads = 0, writes = 0;
  if (cs_regs_access(handle_, &raw_, read, &reads, written, &writes) != CS_ERR_OK) {
    found_.written = 0xffff;
    return;
  }
  for (const auto name : std::span(written).first(writes)) {
    const Register number = number_of(name);
    if (number != kNoRegister) found_.written |= 1U << number;
  }
  // Capstone 4 leaves out what these exchange.
  if (raw_.id == X86_INS_CMPXCHG) found_.written |= 1U;
  for (const cs_x86_op& operand : operands_) {
    const bool swaps = raw_.id == X86_INS_XCHG || raw_.id == X86_INS_XADD;
    if (!swaps || operand.type != X86_OP_REG) continue;
    const Register number = number_of(operand.reg);
    if (number != kNoRegister) found_.written |= 1U << number;
  }
}

// An address relative to rip is a fixed one: the displacement counts from the next instruction, as
// the processor has it, so it is added here once, and the base is none. A segment (fs, where
// threads keep what is their own) makes a place that is not known; it is marked as indexed by
// something unknown.
void Reader::note_memory() {
  const auto found =
      std::ranges::find(operands_, X86_OP_MEM, [](const cs_x86_op& op) { return op.type; });
  if (found == operands_.end()) return;
  memory_ = &*found;
  const x86_op_mem& mem = memory_->mem;
  found_.memory = {.base = mem.base == X86_REG_RIP ? kNoRegister : number_of(mem.base),
                   .indexed = mem.index != X86_REG_INVALID || mem.segment != X86_REG_INVALID,
                   .index = mem.segment == X86_REG_INVALID ? number_of(mem.index) : kNoRegister,
                   .scale = mem.scale,
                   .displacement = mem.disp,
                   .size = repeats() ? Operand::kUnbounded : memory_->size};
  if (mem.base == X86_REG_RIP) {
    found_.memory.displacement += static_cast<std::int64_t>(raw_.address + raw_.size);
  }
}

// Of all conditional jumps only je and jne are told apart: the conditions that are followed
// (deciding.h) ask whether something is equal.
bool Reader::read_flow() {
  const bool direct = !operands_.empty() && operands_[0].type == X86_OP_IMM;
  if (direct) found_.destination = static_cast<Address>(operands_[0].imm);
  if (raw_.id == X86_INS_CALL) {
    found_.deed = Deed::call;
  } else if (raw_.id == X86_INS_JMP) {
    found_.deed = Deed::jump;
  } else if (in_group(CS_GRP_JUMP) && direct) {
    found_.deed = Deed::branch;
    if (raw_.id == X86_INS_JE) found_.taken = Taken::if_equal;
    if (raw_.id == X86_INS_JNE) found_.taken = Taken::if_not_equal;
  } else if (in_group(CS_GRP_RET)) {
    found_.deed = Deed::leave;
  } else if (raw_.id == X86_INS_UD2 || raw_.id == X86_INS_INT3 || raw_.id == X86_INS_HLT) {
    found_.deed = Deed::trap;
  } else {
    found_.destination = 0;
    return false;
  }
  return true;
}

// A lock prefix is what sync uses: `lock cmpxchg` is the fast way of Mutex.Lock, `lock xadd` that
// of Unlock, RLock and RUnlock. What is inlined is recognised by them (lock_steps.h).
void Reader::read_data() {
  if (memory_ != nullptr && locks()) {
    found_.deed = raw_.id == X86_INS_CMPXCHG ? Deed::exchange : Deed::atomic;
    return;
  }
  switch (raw_.id) {
    case X86_INS_MOV:
    case X86_INS_MOVABS:
      read_move();
      break;
    case X86_INS_LEA:
      if (is(0, X86_OP_REG)) set(Deed::address, reg(0));
      break;
    case X86_INS_SHL:
    case X86_INS_IMUL:
      read_product();
      break;
    case X86_INS_ADD:
    case X86_INS_SUB:
      if (raw_.id == X86_INS_ADD && is(0, X86_OP_REG) && is(1, X86_OP_REG)) {
        set_address({.base = reg(0), .indexed = true, .index = reg(1)});
      }
      if (!is(0, X86_OP_REG) || operands_[1].type != X86_OP_IMM) break;
      set(Deed::add_constant, reg(0), reg(0));
      found_.memory.displacement =
          raw_.id == X86_INS_ADD ? operands_[1].imm : std::int64_t{} - operands_[1].imm;
      break;
    case X86_INS_XOR:
      // Writing half of a register clears the rest.
      if (!is(0, X86_OP_REG, 4) || !is(1, X86_OP_REG, 4) || reg(0) != reg(1)) break;
      set(Deed::constant, reg(0));
      found_.memory.displacement = 0;
      break;
    case X86_INS_CMP:
    case X86_INS_TEST:
      read_comparison();
      break;
    default:
      break;
  }
  const bool changes = memory_ != nullptr && ((memory_->access & CS_AC_WRITE) != 0 || repeats() ||
                                              raw_.id == X86_INS_XCHG);
  if (found_.deed == Deed::other && changes) found_.deed = Deed::store;
}

// shl rax, 4; imul rax, rcx, 24.
void Reader::read_product() {
  const bool shifts = raw_.id == X86_INS_SHL;
  const std::size_t number = shifts ? 1 : 2;
  const bool by_number = operands_.size() == number + 1 && operands_[number].type == X86_OP_IMM;
  if (!by_number || !is(0, X86_OP_REG) || !is(number - 1, X86_OP_REG)) return;
  const std::int64_t scale = shifts ? std::int64_t{1} << (operands_[1].imm & 63) : operands_[2].imm;
  set_address({.indexed = true, .index = reg(number - 1), .scale = scale});
}

// cmp [mem], 5; cmp rax, 5; test rax, rax.
void Reader::read_comparison() {
  const bool tests = raw_.id == X86_INS_TEST;
  if (tests && is(0, X86_OP_REG) && is(1, X86_OP_REG) && reg(0) == reg(1)) {
    set(Deed::compare, kNoRegister, reg(0));
  } else if (!tests && operands_[1].type == X86_OP_IMM) {
    const bool in_memory = operands_[0].type == X86_OP_MEM;
    if (!in_memory && !is(0, X86_OP_REG)) return;
    set(Deed::compare, kNoRegister, in_memory ? kNoRegister : reg(0));
    found_.number = operands_[1].imm;
  }
}

void Reader::read_move() {
  if (is(0, X86_OP_REG) && is(1, X86_OP_REG) && reg(0) != kNoRegister) {
    if (reg(1) != kNoRegister) set(Deed::move, reg(0), reg(1));
  } else if (is(0, X86_OP_REG) && is(1, X86_OP_MEM)) {
    set(Deed::load, reg(0));
  } else if (is(0, X86_OP_MEM) && is(1, X86_OP_REG)) {
    set(Deed::store, kNoRegister, reg(1));
  } else if (operands_[0].type == X86_OP_MEM) {
    set(Deed::store, kNoRegister);
  } else if (is(0, X86_OP_REG) && operands_[1].type == X86_OP_IMM) {
    set(Deed::constant, reg(0));
    found_.memory.displacement = operands_[1].imm;
  } else if (is(0, X86_OP_REG, 4) && operands_[1].type == X86_OP_IMM) {
    set(Deed::constant, reg(0));
    found_.memory.displacement = operands_[1].imm & 0xffffffff;
  }
}

// A Capstone, and room for one instruction.
class Engine {
 public:
  Engine() {
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle_) != CS_ERR_OK) return;
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    raw_ = cs_malloc(handle_);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() {
    if (raw_ == nullptr) return;
    cs_free(raw_, 1);
    cs_close(&handle_);
  }

  // Takes all of `code` apart, or nothing.
  // The compiler of Go puts no data between instructions of a function, so a byte that is no
  // instruction means that this is not code, or not code that we know. Half a function would show
  // ways to a lock and hide those that lead round it.
  std::optional<std::vector<Instruction>> run(Address begin, std::span<const std::byte> code) {
    if (raw_ == nullptr) return std::nullopt;
    std::vector<Instruction> found;
    const auto* at = reinterpret_cast<const std::uint8_t*>(code.data());
    std::size_t left = code.size();
    std::uint64_t address = begin;
    while (left > 0) {
      if (found.size() == kMostInstructions) return std::nullopt;
      if (!cs_disasm_iter(handle_, &at, &left, &address, raw_)) return std::nullopt;
      found.push_back(Reader(handle_, *raw_).read());
    }
    return found;
  }

 private:
  csh handle_ = 0;
  cs_insn* raw_ = nullptr;
};

}  // namespace

std::optional<std::vector<Instruction>> disassemble(Architecture architecture, Address begin,
                                                    std::span<const std::byte> code) {
  if (architecture != Architecture::amd64) return std::nullopt;
  return Engine().run(begin, code);
}

}  // namespace goknot::target
