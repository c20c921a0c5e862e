// SPDX-License-Identifier: Apache-2.0
#include "app/program.h"
#include "app/shortened_file.h"

#include <malloc.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

namespace {

// What was freed is kept for what comes next, instead of given back and touched anew page by page.
// glibc's own threshold begins at 128 KB and grows with what is freed.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

}  // namespace

int main(int count, char** arguments) {
  using goknot::app::ExitStatus;
  keep_freed_memory();
  goknot::app::handle_signals();
  goknot::app::end_cleanly_when_a_file_is_shortened();
  try {
    const std::vector<std::string> words(arguments + (count > 0 ? 1 : 0), arguments + count);
    return static_cast<int>(goknot::app::run(words));
  } catch (const std::bad_alloc&) {
    std::fputs("goknot: out of memory\n", stderr);
  } catch (const std::exception& mistake) {
    std::fprintf(stderr, "goknot: internal error: %s\n", mistake.what());
  }
  return static_cast<int>(ExitStatus::internal);
}
