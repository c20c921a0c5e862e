// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_rows.h"

#include "goknot/base/reorder.h"
#include "goknot/target/waits/detail.h"

#include <algorithm>
#include <numeric>

namespace goknot::target {

namespace {

TextSpan span_of(std::size_t begin, std::size_t end) {
  TextSpan span;
  span.offset = begin & ((std::uint64_t{1} << 40U) - 1);
  span.length = (end - begin) & ((1U << 24U) - 1);
  return span;
}

std::string state_text(const GoroutineRecord& record) {
  switch (record.status.state) {
    case State::running:
      return "running";
    case State::runnable:
      return "runnable";
    case State::syscall:
      return "syscall";
    case State::preempted:
      return "preempted";
    case State::copystack:
      return "copystack";
    case State::waiting:
      break;
    default:
      return "unknown";
  }
  return "waiting";
}

std::string status_text(const GoroutineRecord& record) {
  std::string text(wait_reason_text(record.parked.reason));
  if (text.empty()) text = state_text(record);
  if (record.parked.durable) text += " (durable)";
  if (record.status.leaked) text += " (leaked)";
  return text;
}

}  // namespace

bool is_system_start(std::string_view start) {
  if (!start.starts_with("runtime.")) return false;
  return start != "runtime.main" && start != "runtime.handleAsyncEvent" &&
         start != "runtime.corostart";
}

// Growing step by step costs more than filling. Only what is filled takes memory.
// Called behind the first batch: what its goroutines took says what all of them will take.
void GoroutineRows::make_room(std::size_t all) {
  const std::size_t part = std::max<std::size_t>(marks_.size(), 1);
  const auto grow = [=](auto& rows) { rows.reserve(rows.size() * all / part + rows.size()); };
  snapshot_.goroutines.reserve(all);
  snapshot_.details.reserve(all);
  marks_.reserve(all);
  grow(snapshot_.arguments);
  grow(snapshot_.waits);
  grow(text_);
}

// They were read in the order of their addresses, so that neighbours come in one piece.
std::vector<std::uint32_t> GoroutineRows::sort() {
  std::vector<std::uint32_t> order(marks_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {},
                           [this](std::uint32_t i) { return snapshot_.goroutines[i].id; });
  std::vector<std::uint32_t> new_row(order.size());
  for (std::uint32_t row = 0; row < order.size(); ++row) new_row[order[row]] = row;
  const auto renumber = [&new_row](auto& facts) {
    for (auto& fact : facts) fact.goroutine = new_row[fact.goroutine];
    std::ranges::stable_sort(facts, {}, [](const auto& fact) { return fact.goroutine; });
  };
  renumber(snapshot_.waits);
  renumber(snapshot_.holds);
  renumber(snapshot_.deferred);
  renumber(snapshot_.ancestors);
  reorder(order, snapshot_.goroutines);
  reorder(order, snapshot_.details);
  reorder(order, marks_);
  return order;
}

// There are few of them, and each is made once.
StringId GoroutineRows::status(const GoroutineRecord& record) {
  const auto state = static_cast<std::uint32_t>(record.status.state);
  const auto reason = static_cast<std::uint32_t>(record.parked.reason);
  const std::uint32_t more = (record.parked.durable ? 2U : 0U) + (record.status.leaked ? 1U : 0U);
  const auto [known, is_new] = statuses_.try_emplace((state << 8U | reason) << 2U | more);
  if (is_new) known->second = snapshot_.strings.add(status_text(record));
  return known->second;
}

bool GoroutineRows::is_system(Address start) {
  const auto [known, is_new] = starts_.try_emplace(start, false);
  const auto function = is_new ? code_.function_at(start) : std::nullopt;
  if (function) known->second = is_system_start(code_.table_of(start)->name(*function));
  return known->second;
}

Goroutine GoroutineRows::row(const GoroutineRecord& record) {
  Goroutine row;
  row.id = record.key.id;
  row.parent = record.parent > 0 ? record.parent : Goroutine::kNoGoroutine;
  row.state = record.status.state;
  row.reason = record.parked.reason;
  row.status = status(record);
  row.durable = record.parked.durable;
  row.leaked = record.status.leaked;
  row.locked_to_thread = record.locked_thread != 0;
  row.wait_minutes = wait_minutes(record, now_);
  if (row.id != 1 && record.key.creator != 0) row.creator = code_.creator(record.key.creator);
  row.system = is_system(record.start_pc);
  return row;
}

// An inlined call has no arguments of its own, and Go prints "(...)" for it: its span is empty.
void GoroutineRows::add_arguments(const Specimen& specimen) {
  for (const ShownStack::Line& line : stack_->lines) {
    const std::size_t begin = text_.size();
    if (line.arguments != nullptr) {
      const Activation& here = specimen.activations[line.activation];
      append_arguments(*line.arguments, specimen.stack.from(here.arguments), text_);
    }
    snapshot_.arguments.push_back(span_of(begin, text_.size()));
  }
}

void GoroutineRows::push(const Specimen& specimen, const Surroundings& surroundings,
                         const Goroutine& row) {
  const GoroutineRecord& record = specimen.record;
  const auto number = static_cast<std::uint32_t>(snapshot_.goroutines.size());
  if (!row.system) waits_.add(specimen, surroundings, number, stack_->wait_frame);
  if (record.labels != 0) {
    labelled_.push_back({.row = number, .goroutine = record.address, .labels = record.labels});
  }
  if (record.ancestors != 0) {
    descendants_.push_back(
        {.row = number, .goroutine = record.address, .ancestors = record.ancestors});
  }
  snapshot_.goroutines.push_back(row);
  GoroutineDetail& detail = snapshot_.details.emplace_back(
      goroutine_detail(code_.layout(), specimen, surroundings, now_));
  if (row.state == State::running) {
    const auto procid = static_cast<Address>(code_.layout().m.procid);
    detail.thread = code_.memory().read<std::int32_t>(record.thread + procid).value_or(0);
    const auto& calls = code_.at(record.start_pc, Lookup::exact).calls;
    if (!calls.empty()) detail.start = calls.back().frame;
  }
  marks_.push_back(mark_of(code_.layout(), specimen));
}

bool GoroutineRows::add(const Specimen& specimen, const Surroundings& surroundings) {
  if (specimen.end == StackEnd::broken) return false;
  Goroutine row = this->row(specimen.record);
  row.first_argument = static_cast<std::uint32_t>(snapshot_.arguments.size());
  row.has_arguments = true;
  row.stack_cut = specimen.end == StackEnd::limit;
  stack_ = &shown_.of(specimen, row.system ? Shown::all : Shown::usual);
  // Go prints no frame of one that was interrupted while it ends; where it stands is worth more.
  if (stack_->lines.empty()) stack_ = &shown_.of(specimen, Shown::all);
  row.stack = stack_->id;
  add_arguments(specimen);
  push(specimen, surroundings, row);
  return true;
}

void GoroutineRows::add_without_stack(const Specimen& specimen, const Surroundings& surroundings) {
  Goroutine row = this->row(specimen.record);
  row.stack_cut = true;
  stack_ = &shown_.of(Specimen(), Shown::usual);
  row.stack = stack_->id;
  push(specimen, surroundings, row);
}

}  // namespace goknot::target
