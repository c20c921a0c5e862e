// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/census.h"

#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/structures.h"

#include <algorithm>
#include <numeric>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 4096;

Present present(const Layout& layout, Address address, std::span<const std::byte> bytes) {
  const GoroutineRecord record = read_record(layout, address, bytes);
  Present here{.goroutine = address, .alive = record.is_alive()};
  here.readable = is_plausible(record) || (!here.alive && record.status.state != State::unknown);
  if (!here.alive) return here;
  here.key = key_of(record);
  here.stack = record.key.stack;
  here.running = record.status.state == State::running;
  return here;
}

// Gives those that are in the snapshot their rows.
void number(std::vector<Present>& census, std::span<const Mark> marks) {
  std::vector<std::uint32_t> order(marks.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [marks](std::uint32_t row) { return marks[row].goroutine; });
  auto here = census.begin();
  for (const std::uint32_t row : order) {
    while (here != census.end() && here->goroutine < marks[row].goroutine) ++here;
    if (here == census.end()) return;
    if (here->goroutine == marks[row].goroutine) here->row = row;
  }
}

}  // namespace

std::optional<std::vector<Present>> take_census(const Memory& memory, const Program& program,
                                                std::span<const Mark> marks) {
  auto list = read_goroutine_list(memory, program.goroutines);
  if (!list) return std::nullopt;
  std::ranges::sort(*list);
  std::vector<Present> census;
  census.reserve(list->size());
  Structures records;
  for (std::size_t at = 0; at < list->size(); at += kBatch) {
    const auto some = std::span(*list).subspan(at, std::min(kBatch, list->size() - at));
    records.read(memory, some, record_size(program.layout));
    for (std::size_t i = 0; i < some.size(); ++i) {
      census.push_back(records.has(i) ? present(program.layout, some[i], records[i])
                                      : Present{.goroutine = some[i]});
    }
  }
  number(census, marks);
  return census;
}

std::vector<Address> ran_between(std::span<const Present> before, std::span<const Present> after,
                                 const Snapshot& snapshot) {
  std::vector<Address> ran;
  auto then = before.begin();
  for (const Present& now : after) {
    while (then != before.end() && then->goroutine < now.goroutine) ++then;
    const bool known = then != before.end() && then->goroutine == now.goroutine;
    const bool system = now.row != Present::kNoRow && snapshot.goroutines[now.row].system;
    if (system || (!now.alive && now.readable && (!known || !then->alive))) continue;
    const bool still = known && now.readable && then->readable && !now.running && !then->running &&
                       now.alive == then->alive && now.key == then->key;
    if (!still) ran.push_back(now.goroutine);
  }
  return ran;
}

}  // namespace goknot::target
