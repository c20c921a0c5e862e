// SPDX-License-Identifier: Apache-2.0
#include "app/destination.h"

#include "goknot/base/text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace goknot::app {

namespace {

// For the signal handler: the name of the file being written, empty if there is none.
std::array<char, PATH_MAX> unfinished = {};

std::unexpected<Error> system_error(const std::string& file) {
  const int number = errno;
  const Kind kind = number == EACCES || number == EPERM ? Kind::denied : Kind::io;
  return fail(kind, visible(file) + ": " + std::strerror(number));
}

Result<Unit> write_to_descriptor(int descriptor, const std::string& name,
                                 const std::function<Result<Unit>(output::Sink&)>& write) {
  output::FdSink sink(descriptor, name);
  TRY(write(sink));
  return sink.flush();
}

// Where a file would be found behind links; the name itself if it does not exist yet.
std::string behind_links(const std::string& file) {
  char* const real = realpath(file.c_str(), nullptr);
  if (real == nullptr) return file;
  std::string path = real;
  std::free(real);
  return path;
}

// A file beside the wanted one that becomes it in the end.
// Who reads that one meanwhile sees the old or the new text whole, and what is interrupted leaves
// the old one. Beside it, because a file can only be renamed within its file system.
class Replacement {
 public:
  explicit Replacement(std::string file) : file_(std::move(file)), name_(file_ + ".XXXXXX") {
    descriptor_ = mkostemp(name_.data(), O_CLOEXEC);
    if (descriptor_ < 0 || name_.size() >= unfinished.size()) return;
    std::ranges::copy(name_, unfinished.begin());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    if (!done_) unlink(name_.c_str());
    unfinished = {};
  }

  int descriptor() const { return descriptor_; }

  Result<Unit> finish(mode_t mode) {
    if (fchmod(descriptor_, mode) != 0 || rename(name_.c_str(), file_.c_str()) != 0) {
      return system_error(file_);
    }
    done_ = true;
    return Unit{};
  }

 private:
  std::string file_;
  std::string name_;
  int descriptor_ = -1;
  bool done_ = false;
};

mode_t mode_of_new_files() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666U & ~mask;
}

Result<Unit> write_to_device(const std::string& file,
                             const std::function<Result<Unit>(output::Sink&)>& write) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(file);
  Result<Unit> done = write_to_descriptor(descriptor, visible(file), write);
  close(descriptor);
  return done;
}

Result<Unit> write_to_file(const std::string& file,
                           const std::function<Result<Unit>(output::Sink&)>& write) {
  struct stat there = {};
  const bool exists = stat(file.c_str(), &there) == 0;
  if (exists && S_ISDIR(there.st_mode)) {
    return fail(Kind::usage, visible(file) + ": is a directory", "name a file in it");
  }
  if (exists && !S_ISREG(there.st_mode)) return write_to_device(file, write);
  Replacement replacement(behind_links(file));
  if (replacement.descriptor() < 0) return system_error(file);
  TRY(write_to_descriptor(replacement.descriptor(), visible(file), write));
  return replacement.finish(exists ? there.st_mode & 0777U : mode_of_new_files());
}

}  // namespace

Result<Unit> write_to(const std::string& file,
                      const std::function<Result<Unit>(output::Sink&)>& write) {
  Result<Unit> done = file.empty() ? write_to_descriptor(STDOUT_FILENO, "standard output", write)
                                   : write_to_file(file, write);
  if (!done && done.error().kind == Kind::interrupted) return Unit{};
  return done;
}

void delete_unfinished_file() {
  if (unfinished.front() != '\0') unlink(unfinished.data());
}

}  // namespace goknot::app
