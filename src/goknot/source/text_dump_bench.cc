// SPDX-License-Identifier: Apache-2.0
// How fast the text of runtime.Stack is read: bytes per second, by number of goroutines.
#include "goknot/source/format.h"
#include "goknot/source/text_dump_reader.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace goknot::source {
namespace {

constexpr std::size_t kFunctions = 2000;
constexpr std::size_t kStacks = 12000;

using Random = std::mt19937;

std::size_t up_to(Random& random, std::size_t limit) { return random() % limit; }

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (; value != 0 || text.empty(); value /= 16) text.insert(text.begin(), kDigits[value % 16]);
  return "0x" + text;
}

// One place: its function, and the file line that follows.
struct Place {
  std::string function, file;
};

Place make_place(Random& random, std::size_t number) {
  const std::string package =
      "service" + std::to_string(number % 97) + "/internal/layer" + std::to_string(number % 11);
  return {.function = "example.com/team/" + package + ".(*Worker" + std::to_string(number % 31) +
                      ").step" + std::to_string(number),
          .file = "\t/home/build/src/example.com/team/" + package +
                  "/worker.go:" + std::to_string(10 + up_to(random, 900)) + " +" +
                  hex(1 + up_to(random, 2000)) + "\n"};
}

std::string make_arguments(Random& random) {
  std::string text;
  const std::size_t count = up_to(random, 4);
  for (std::size_t i = 0; i <= count; ++i) {
    text += i == 0 ? "" : ", ";
    text += hex(0xc000000000 + up_to(random, 1U << 30U)) + (up_to(random, 4) == 0 ? "?" : "");
  }
  return text;
}

// A dump of `goroutines` goroutines with 7 to 20 frames over kStacks different stacks.
std::string make_dump(std::size_t goroutines) {
  Random random(20240229);
  std::vector<Place> places;
  for (std::size_t i = 0; i < kFunctions; ++i) places.push_back(make_place(random, i));
  std::vector<std::vector<std::size_t>> stacks(kStacks);
  for (auto& stack : stacks) {
    stack.resize(7 + up_to(random, 14));
    for (std::size_t& place : stack) place = up_to(random, kFunctions);
  }
  std::string text;
  for (std::size_t i = 0; i < goroutines; ++i) {
    text += "goroutine " + std::to_string(i + 1) + " [select, " +
            std::to_string(1 + up_to(random, 90)) + " minutes]:\n";
    const auto& stack = stacks[up_to(random, kStacks)];
    for (const std::size_t place : stack) {
      text += places[place].function + "(" + make_arguments(random) + ")\n" + places[place].file;
    }
    text += "created by " + places[stack.back()].function + " in goroutine 1\n" +
            places[stack.back()].file + "\n";
  }
  return text;
}

// One reader, one core.
void read_dump(benchmark::State& state) {
  const std::string text = make_dump(static_cast<std::size_t>(state.range(0)));
  const Input input{.name = "dump", .bytes = text, .wrapped_in = {}};
  for (auto step : state) {
    auto snapshots = DumpReader(input).read();
    if (snapshots.empty()) state.SkipWithError("not read");
    benchmark::DoNotOptimize(snapshots);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

// As the program reads, on all cores.
void read_dump_on_all_cores(benchmark::State& state) {
  const std::string text = make_dump(static_cast<std::size_t>(state.range(0)));
  const Input input{.name = "dump", .bytes = text, .wrapped_in = {}};
  for (auto step : state) {
    auto snapshots = text_dump_format.read(input);
    if (!snapshots) state.SkipWithError("not read");
    benchmark::DoNotOptimize(snapshots);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(read_dump_on_all_cores)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_dump)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goknot::source
