// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sketch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace goknot::testing_support {

namespace {

struct Shorthand {
  std::string_view word;
  std::string_view frames;
};

// go1.26 sync, internal/sync, runtime/sema.go: what a dump shows above the caller.
constexpr Shorthand kShorthands[] = {
    {"lock", R"(internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:95 +0x25
internal/sync.(*Mutex).lockSlow(ADDRESS)
	/usr/local/go/src/internal/sync/mutex.go:149 +0x15d
internal/sync.(*Mutex).Lock(...)
	/usr/local/go/src/internal/sync/mutex.go:70
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:46
)"},
    {"rlock", R"(sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:100 +0x25
sync.(*RWMutex).RLock(...)
	/usr/local/go/src/sync/rwmutex.go:74
)"},
    {"wlock", R"(sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:105 +0x25
sync.(*RWMutex).Lock(ADDRESS)
	/usr/local/go/src/sync/rwmutex.go:155 +0x6b
)"},
    {"wlock2", R"(internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:95 +0x25
internal/sync.(*Mutex).lockSlow(ADDRESS)
	/usr/local/go/src/internal/sync/mutex.go:149 +0x15d
internal/sync.(*Mutex).Lock(...)
	/usr/local/go/src/internal/sync/mutex.go:70
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:46
sync.(*RWMutex).Lock(ADDRESS)
	/usr/local/go/src/sync/rwmutex.go:149 +0x1d
)"},
    {"wait", R"(sync.runtime_SemacquireWaitGroup(0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:114 +0x2e
sync.(*WaitGroup).Wait(ADDRESS)
	/usr/local/go/src/sync/waitgroup.go:206 +0x85
)"},
    {"cond", R"(sync.runtime_notifyListWait(ADDRESS, 0x0)
	/usr/local/go/src/runtime/sema.go:617 +0x159
sync.(*Cond).Wait(0x0?)
	/usr/local/go/src/sync/cond.go:71 +0x85
)"},
    {"sleep", R"(time.Sleep(0x3b9aca00)
	/usr/local/go/src/runtime/time.go:363 +0xf5
)"},
    {"netread", R"(internal/poll.runtime_pollWait(0x7f31c8a31eb0, 0x72)
	/usr/local/go/src/runtime/netpoll.go:351 +0x85
internal/poll.(*pollDesc).wait(0xc000186080?, 0xc0001b8000?, 0x0)
	/usr/local/go/src/internal/poll/fd_poll_runtime.go:84 +0x27
internal/poll.(*pollDesc).waitRead(...)
	/usr/local/go/src/internal/poll/fd_poll_runtime.go:89
internal/poll.(*FD).Read(0xc000186080, {0xc0001b8000, 0x1000, 0x1000})
	/usr/local/go/src/internal/poll/fd_unix.go:165 +0x27a
net.(*netFD).Read(0xc000186080, {0xc0001b8000?, 0x0?, 0x0?})
	/usr/local/go/src/net/fd_posix.go:55 +0x25
net.(*conn).Read(0xc000184008, {0xc0001b8000?, 0x0?, 0x0?})
	/usr/local/go/src/net/net.go:196 +0x45
)"},
};

// The text before and behind the first `mark`; all of it twice if there is none.
std::pair<std::string_view, std::string_view> halves(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, text};
  return {text.substr(0, at), text.substr(at + mark.size())};
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result(text);
  for (std::size_t at = result.find(what); at != std::string::npos; at = result.find(what, at))
    result.replace(at, what.size(), by);
  return result;
}

// The frames a word stands for, with its address; empty for other lines.
std::string spell_out(std::string_view line) {
  const auto [word, address] = halves(line, " ");
  for (const Shorthand& shorthand : kShorthands) {
    if (word != shorthand.word) continue;
    return replaced(shorthand.frames, "ADDRESS", address == line ? "0x0?" : address);
  }
  return "";
}

// "main.f(0x1) f.go:12" as two lines.
std::string frame(std::string_view line) {
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos) return fmt::format("{}\n\t/src/x.go:1 +0x1d\n", line);
  const std::string_view place = line.substr(space + 1);
  return fmt::format("{}\n\t{}{} +0x1d\n", line.substr(0, space),
                     place.starts_with('/') ? "" : "/src/", place);
}

std::string creator(std::string_view line, int id) {
  const auto [function, in] = halves(line.substr(3), " in ");
  const std::string parent = in == "gone" ? std::to_string(id + 100000) : std::string(in);
  return fmt::format("created by {} in goroutine {}\n\t/src/main.go:30 +0x8d\n", function, parent);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
}

// One goroutine, or several that look the same.
class Sketched {
 public:
  explicit Sketched(std::string_view header) {
    const auto [ids, status] = halves(header, " ");
    const auto [first, last] = halves(ids, "-");
    status_ = status;
    std::from_chars(first.data(), first.data() + first.size(), first_);
    std::from_chars(last.data(), last.data() + last.size(), last_);
  }

  void add(std::string_view line) { lines_.push_back(line); }

  std::string text() const {
    std::string text;
    for (int id = first_; id <= last_; id++) {
      text += fmt::format("goroutine {} {}:\n", id, status_);
      for (const std::string_view line : lines_) text += one_line(line, id);
      text += "\n";
    }
    return text;
  }

 private:
  static std::string one_line(std::string_view line, int id) {
    if (line.starts_with("by ")) return creator(line, id);
    const std::string frames = spell_out(line);
    return frames.empty() ? frame(line) : frames;
  }

  int first_ = 0;
  int last_ = 0;
  std::string_view status_;
  std::vector<std::string_view> lines_;
};

}  // namespace

std::string sketch(std::string_view lines) {
  std::string text;
  std::vector<Sketched> goroutines;
  const auto flush = [&] {
    for (const Sketched& goroutine : goroutines) text += goroutine.text();
    goroutines.clear();
  };
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
    const std::string_view line = trim(lines.substr(0, end + 1));
    lines.remove_prefix(end + 1);
    if (line.empty()) continue;
    if (line.front() == '|') {
      flush();
      text += std::string(line.substr(1)) + "\n";
    } else if (line == "busy") {
      goroutines.emplace_back("999 [runnable]");
      goroutines.back().add("main.compute() busy.go:5");
    } else if (line.front() >= '0' && line.front() <= '9') {
      goroutines.emplace_back(line);
    } else if (!goroutines.empty()) {
      goroutines.back().add(line);
    }
  }
  flush();
  return text;
}

}  // namespace goknot::testing_support
