// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/channel_calls.h"

#include "goknot/target/recipe_value.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace goknot::target {

namespace {

// A function that the compiler calls with a channel first. runtime/chan.go, go1.13 to go1.27.
struct Primitive {
  std::string_view name;
  Operation operation;
};

constexpr std::array<Primitive, 5> kPrimitives = {{{"runtime.chanrecv1", Operation::receive},
                                                   {"runtime.chanrecv2", Operation::receive},
                                                   {"runtime.chansend1", Operation::send},
                                                   {"runtime.closechan", Operation::send},
                                                   {"runtime.selectgo", Operation::select}}};

constexpr std::int64_t kCase = 16;       // bytes: runtime/select.go scase, channel and element
constexpr std::int64_t kMostCases = 64;  // of one select

// The registers of the fourth and fifth argument: how many cases of a select send and receive.
// cmd/compile/abi-internal.md.
std::pair<Register, Register> counts_of(Architecture architecture) {
  return architecture == Architecture::amd64 ? std::pair<Register, Register>(7, 6)
                                             : std::pair<Register, Register>(3, 4);
}

// Where the compiler knows that a context is context.Background() or TODO(), it writes down what
// Done() returns, behind an assertion that it is that type. cmd/compile/internal/devirtualize,
// go1.21 to go1.27; context/context.go.
constexpr std::string_view kKnownContext[] = {"context.emptyCtx.Done", "runtime.panicdottypeI"};

// The number that a value is; none if it is not known to be one.
std::optional<std::int64_t> number_of(const Value& value) {
  return value.kind == Value::Kind::constant ? std::optional(value.number) : std::nullopt;
}

// Whether a way leads from the beginning of the function to an instruction past none of some
// others. If none does, who stands there has done one of those before.
bool is_reached_without(const FlowGraph& graph, std::size_t instruction,
                        std::span<const std::size_t> others) {
  const std::span<const Block> blocks = graph.blocks();
  const std::size_t last = graph.block_of(instruction);
  const auto is_in = [&](std::size_t begin, std::size_t end) {
    return std::ranges::any_of(others, [=](std::size_t i) { return i >= begin && i < end; });
  };
  if (is_in(blocks[last].begin, instruction)) return false;
  std::vector<bool> seen(blocks.size());
  std::vector<std::size_t> todo = {0};
  while (!todo.empty()) {
    const std::size_t block = todo.back();
    todo.pop_back();
    if (block == last) return true;
    if (seen[block] || is_in(blocks[block].begin, blocks[block].end)) continue;
    seen[block] = true;
    todo.insert(todo.end(), blocks[block].next.begin(), blocks[block].next.end());
  }
  return false;
}

// The call that an instruction is, or from which it takes a result that is passed on the stack.
const Instruction* call_behind(const FunctionBody& body, std::size_t instruction) {
  const Deed deed = body.code[instruction].deed;
  if (deed == Deed::call) return &body.code[instruction];
  if (deed != Deed::load || body.first_argument != FirstArgument::on_stack) return nullptr;
  const std::size_t begin = body.graph.blocks()[body.graph.block_of(instruction)].begin;
  for (std::size_t i = instruction; i-- > begin;) {
    if (body.code[i].deed == Deed::call) return &body.code[i];
  }
  return nullptr;
}

}  // namespace

// selectgo(cas0 *scase, order0 *uint16, pc0 *uintptr, nsends, nrecvs int, block bool): the cases
// lie in the frame, those that send first (runtime/select.go, go1.16 to go1.27). Only where
// arguments come in registers are the counts known.
void ChannelCalls::add_uses(Known& known, std::size_t call) const {
  LockFlow& flow = *known.flow;
  const Address callee = flow.body().code[call].destination;
  const FunctionTable* table = callee == 0 ? nullptr : code_.table_of(callee);
  const auto function = code_.function_at(callee);
  if (table == nullptr || !function) return;
  const auto primitive = std::ranges::find(kPrimitives, table->name(*function), &Primitive::name);
  const auto state = primitive == kPrimitives.end() ? std::nullopt : flow.before(call);
  if (!state) return;
  const ValueId first = flow.machine().first_argument(call, *state);
  if (primitive->operation != Operation::select) {
    known.uses.push_back({call, primitive->operation, first});
    return;
  }
  if (flow.body().first_argument != FirstArgument::in_register) return;
  const auto [sends_in, receives_in] = counts_of(code_.layout().architecture);
  const auto sends = number_of(flow.value(state->registers[sends_in]));
  const auto receives = number_of(flow.value(state->registers[receives_in]));
  if (!sends || !receives || *sends < 0 || *receives < 0) return;
  for (std::int64_t i = 0; i < std::min(*sends + *receives, kMostCases); ++i) {
    known.uses.push_back({call, i < *sends ? Operation::send : Operation::receive,
                          flow.word_at(first, i * kCase, *state)});
  }
}

ChannelCalls::Known& ChannelCalls::known(const Function& function) {
  auto& entry = known_[function.entry];
  if (entry) return *entry;
  entry = std::make_unique<Known>();
  entry->flow = LockFlow::follow(code_, function, [](Address) { return std::nullopt; });
  if (!entry->flow) return *entry;
  const auto& code = entry->flow->body().code;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].deed == Deed::call) add_uses(*entry, i);
  }
  std::erase_if(entry->uses, [](const Use& use) { return use.channel == ValueId::unknown; });
  return *entry;
}

std::vector<ChannelCall> ChannelCalls::look(const Site& site) {
  Known& function = known(site.function);
  if (!function.flow || function.uses.empty()) return {};
  LockFlow& flow = *function.flow;
  const FlowGraph& graph = flow.body().graph;
  const auto here = find_instruction(flow.body().code, site.pc);
  const auto state = here ? flow.before(*here) : std::nullopt;
  if (!state) return {};
  const std::vector<bool> ahead = graph.ahead_of(*here);
  std::vector<ChannelCall> found;
  for (const Use& use : function.uses) {
    if (use.instruction == *here || !ahead[use.instruction]) continue;
    auto channel = flow.recipe(use.channel, *state);
    if (!channel) continue;
    std::vector<std::size_t> same;
    for (const Use& other : function.uses) {
      if (other.channel == use.channel && other.instruction != *here)
        same.push_back(other.instruction);
    }
    found.push_back({.operation = use.operation,
                     .channel = std::move(*channel),
                     .again = !is_reached_without(graph, *here, same)});
  }
  return found;
}

const std::vector<ChannelCall>& ChannelCalls::ahead(const Site& site) {
  const auto [entry, is_new] = ahead_.try_emplace(&site);
  if (is_new && site.table != nullptr) entry->second = look(site);
  return entry->second;
}

bool ChannelCalls::is_handed(const Site& site) {
  if (site.table == nullptr) return false;
  Known& function = known(site.function);
  if (!function.flow) return false;
  LockFlow& flow = *function.flow;
  const FunctionBody& body = flow.body();
  const auto here = find_instruction(body.code, site.pc);
  const auto state = here ? flow.before(*here) : std::nullopt;
  if (!state) return false;
  const Value& channel = flow.value(flow.machine().first_argument(*here, *state));
  if (channel.kind == Value::Kind::constant) {
    return callees_.leads_to(site.function.entry, kKnownContext, 0);
  }
  if (channel.kind != Value::Kind::made) return false;
  const auto made = find_instruction(body.code, static_cast<Address>(channel.number));
  const Instruction* const call = made ? call_behind(body, *made) : nullptr;
  return call != nullptr && call->destination == 0;
}

std::vector<ChannelIntent> ChannelCalls::intents(const Specimen& specimen) {
  std::vector<ChannelIntent> found;
  for (const Activation& activation : specimen.activations) {
    const Site& site = *activation.site;
    if (site.table == nullptr || site.table->name(site.function).starts_with("runtime.")) continue;
    for (const ChannelCall& call : ahead(site)) {
      if (const auto channel = find_value(code_, specimen, activation, call.channel)) {
        found.push_back({call.operation, *channel, call.again});
      }
    }
  }
  return found;
}

}  // namespace goknot::target
