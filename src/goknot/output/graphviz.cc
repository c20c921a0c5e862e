// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/graphviz.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace goknot::output {

namespace {

using Clock = std::chrono::steady_clock;

// Where packages install it. $PATH is not asked: a folder in it may belong to somebody else.
constexpr std::array<const char*, 3> kPrograms = {"/usr/bin/dot", "/usr/local/bin/dot",
                                                  "/opt/homebrew/bin/dot"};

// Closed when it goes out of scope.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void set(int fd) {
    close();
    fd_ = fd;
  }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

const char* find_dot() {
  const auto* const found =
      std::ranges::find_if(kPrograms, [](const char* path) { return access(path, X_OK) == 0; });
  return found == kPrograms.end() ? nullptr : *found;
}

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(static_cast<__rlimit_resource>(what), &both);
}

// What happens in the child: only calls that are safe between fork and exec.
// The child sees no environment of ours, writes no files (RLIMIT_FSIZE 0 leaves pipes alone) and
// has bounds on memory and time: names out of a hostile dump reach a parser written in C.
[[noreturn]] void become_dot(const char* program, int in, int out, const GraphvizLimits& limits) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDERR_FILENO);
  limit(RLIMIT_AS, limits.memory);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.time.count()));
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  // SIGPIPE may be ignored in this process; the child is to die of it.
  signal(SIGPIPE, SIG_DFL);
  // What it cannot write, as a cache of fonts that is not there yet, it can do without.
  signal(SIGXFSZ, SIG_IGN);
  char name[] = "dot";
  char format[] = "-Tsvg";
  char* const words[] = {name, format, nullptr};
  char path[] = "PATH=/usr/bin:/bin";
  char language[] = "LC_ALL=C.UTF-8";
  char* const environment[] = {path, language, nullptr};
  execve(program, words, environment);
  _exit(127);
}

// A child that reads the graph from one pipe and writes the picture to another.
class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Never leaves a process behind.
  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
  }

  Result<Unit> start(const char* program, const GraphvizLimits& limits) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0) return failed("pipe");
    const Descriptor child_in(in[0]);
    input_.set(in[1]);
    if (pipe2(out.data(), O_CLOEXEC) != 0) return failed("pipe");
    output_.set(out[0]);
    const Descriptor child_out(out[1]);
    pid_ = fork();
    if (pid_ < 0) return failed("fork");
    if (pid_ == 0) become_dot(program, child_in.fd(), child_out.fd(), limits);
    fcntl(input_.fd(), F_SETFL, O_NONBLOCK);
    return Unit{};
  }

  // Feeds the graph and takes the picture until the child closes its output.
  // Both at once: who first writes everything and then reads waits forever for a child whose output
  // pipe is full.
  Result<std::string> talk(std::string_view dot, const GraphvizLimits& limits) {
    const auto deadline = Clock::now() + limits.time;
    std::string picture;
    while (output_.fd() >= 0) {
      if (dot.empty()) input_.close();
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      std::array<pollfd, 2> ready = {{{output_.fd(), POLLIN, 0}, {input_.fd(), POLLOUT, 0}}};
      const int count = left > 0 ? poll(ready.data(), ready.size(), static_cast<int>(left)) : 0;
      if (count == 0) return too_much("time");
      if (count < 0 && errno == EINTR) continue;
      if (ready[1].revents != 0) dot = feed(dot);
      if (ready[0].revents != 0) take(picture);
      if (picture.size() > limits.output) return too_much("room");
    }
    return picture;
  }

  // Its exit status, -1 if it was killed.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static std::unexpected<Error> failed(const char* what) {
    return fail(Kind::io, std::string("dot: ") + what + ": " + std::strerror(errno));
  }

  static std::unexpected<Error> too_much(const std::string& what) {
    return fail(Kind::unsupported, "dot: the picture needs too much " + what,
                "--format dot writes the graph itself");
  }

  // A child that stops reading has given up; its exit status says so.
  std::string_view feed(std::string_view dot) {
    // SIGPIPE must not end this process: it is held back, and taken away if it came.
    sigset_t only_pipe;
    sigset_t before;
    sigemptyset(&only_pipe);
    sigaddset(&only_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &only_pipe, &before);
    const ssize_t count = write(input_.fd(), dot.data(), dot.size());
    const bool broken = count < 0 && errno == EPIPE;
    const timespec now{0, 0};
    if (broken) sigtimedwait(&only_pipe, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (broken) return {};
    return dot.substr(count > 0 ? static_cast<std::size_t>(count) : 0);
  }

  void take(std::string& picture) {
    std::array<char, 65536> piece{};
    const ssize_t count = read(output_.fd(), piece.data(), piece.size());
    if (count > 0) picture.append(piece.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) output_.close();
  }

  Descriptor input_;
  Descriptor output_;
  pid_t pid_ = -1;
};

}  // namespace

Result<std::string> draw_svg(std::string_view dot, const GraphvizLimits& limits) {
  const char* const program = find_dot();
  if (program == nullptr) {
    return fail(Kind::not_found, "dot: Graphviz is not installed, and pictures are drawn with it",
                "install the package graphviz, or use --format dot");
  }
  Child child;
  TRY(child.start(program, limits));
  std::string picture = TRY(child.talk(dot, limits));
  if (child.wait() != 0 || picture.empty()) {
    return fail(Kind::unsupported, "dot: Graphviz gave up on this graph",
                "--format dot writes the graph itself");
  }
  return picture;
}

}  // namespace goknot::output
