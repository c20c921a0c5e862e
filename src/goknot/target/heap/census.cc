// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/census.h"

#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/structures.h"

#include <algorithm>
#include <thread>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 1024;
constexpr std::size_t kMany = 8192;  // goroutines that are worth a second thread

// A dead g is readable although it has no plausible stack: that it is dead is known. What cannot be
// read is neither alive nor dead, and is taken for one that ran.
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

}  // namespace

Census::Census(const Memory& memory, const Program& program, std::span<const Mark> marks)
    : memory_(memory), program_(program) {
  for (std::uint32_t row = 0; row < marks.size(); ++row) {
    rows_.push_back({marks[row].goroutine, row});
  }
  std::ranges::sort(rows_, {}, &Numbered::goroutine);
}

// Gives those that are in the snapshot their rows.
void Census::number(std::vector<Present>& all) const {
  auto here = all.begin();
  for (const Numbered& numbered : rows_) {
    while (here != all.end() && here->goroutine < numbered.goroutine) ++here;
    if (here == all.end()) return;
    if (here->goroutine == numbered.goroutine) here->row = numbered.row;
  }
}

void Census::look(std::span<const Address> goroutines, std::span<Present> into) const {
  Structures records;
  for (std::size_t at = 0; at < goroutines.size(); at += kBatch) {
    const auto some = goroutines.subspan(at, std::min(kBatch, goroutines.size() - at));
    records.read(memory_, some, record_size(program_.layout));
    for (std::size_t i = 0; i < some.size(); ++i) {
      into[at + i] = records.has(i) ? present(program_.layout, some[i], records[i])
                                    : Present{.goroutine = some[i]};
    }
  }
}

std::optional<std::vector<Present>> Census::take() const {
  auto list = read_goroutine_list(memory_, program_.goroutines);
  if (!list) return std::nullopt;
  std::ranges::sort(*list);
  std::vector<Present> all(list->size());
  const std::span<const Address> goroutines = *list;
  const std::size_t half = goroutines.size() < kMany ? 0 : goroutines.size() / 2;
  {
    std::jthread other;
    if (half > 0)
      other = std::jthread([&] { look(goroutines.first(half), std::span(all).first(half)); });
    look(goroutines.subspan(half), std::span(all).subspan(half));
  }
  number(all);
  return all;
}

// Both lists are sorted by address and walked side by side. A g that was not there before belongs
// to a goroutine that was born in between; one that is dead now and was not there, or dead, before
// has at most lived for a moment, and what it did is seen at others.
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
