// SPDX-License-Identifier: Apache-2.0
#include "app/own_memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace goknot::app {

namespace {

constexpr int kReserve = 1 << 30;  // of addresses; only what is used takes memory
constexpr int kUsualPad = 128 << 10;
constexpr int kKept = kReserve + (256 << 20);
constexpr std::uintptr_t kLargePage = 2 << 20;

// What was freed is kept for what comes next, instead of given back and touched anew page by page.
// glibc's own threshold begins at 128 KB and grows with what is freed.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, kKept);
}

// Touching memory for the first time costs a tenth of reading a large program if it is done page by
// page. Most systems give large pages to who asks for them. Linux: transhuge.rst, "madvise". The
// heap is made to grow once, so that all of it can be asked for; where it may not, it stays as it
// is.
void ask_for_large_pages() {
  ::mallopt(M_TOP_PAD, kReserve);
  void* volatile const first = std::malloc(kLargePage);
  ::mallopt(M_TOP_PAD, kUsualPad);
  const auto begin = (reinterpret_cast<std::uintptr_t>(first) + kLargePage - 1) & ~(kLargePage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  if (first != nullptr && begin < end) {
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  }
  std::free(first);
}

}  // namespace

void prepare_own_memory() {
  keep_freed_memory();
  ask_for_large_pages();
}

}  // namespace goknot::app
