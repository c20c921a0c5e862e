// SPDX-License-Identifier: Apache-2.0
// Becomes another program without exec, as a packed executable does: unpacks PROGRAM ARGUMENTS...
// Copies the segments of PROGRAM, a static executable with fixed addresses, into memory without a file and jumps to its
// entry: what /proc/PID/exe is then has nothing to do with what runs.
#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { kPage = 4096 };

static int load(const char* file, const Elf64_Phdr* segment) {
  const unsigned long begin = segment->p_vaddr & -(unsigned long)kPage;
  const unsigned long end = (segment->p_vaddr + segment->p_memsz + kPage - 1) & -(unsigned long)kPage;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  if (mmap((void*)begin, end - begin, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) return 1;
  memcpy((void*)segment->p_vaddr, file + segment->p_offset, segment->p_filesz);
  const int allowed = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
                      (segment->p_flags & PF_X ? PROT_EXEC : 0);
  return mprotect((void*)begin, end - begin, allowed);
}

int main(int argc, char** argv) {
  struct stat status;
  const int descriptor = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  if (descriptor < 0 || fstat(descriptor, &status) != 0) return 1;
  const char* file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (file == MAP_FAILED) return 1;
  const Elf64_Ehdr* header = (const Elf64_Ehdr*)file;
  const Elf64_Phdr* segments = (const Elf64_Phdr*)(file + header->e_phoff);
  for (int i = 0; i < header->e_phnum; i++) {
    if (segments[i].p_type == PT_LOAD && load(file, &segments[i]) != 0) return 1;
  }
  const unsigned long entry = header->e_entry;
  munmap((void*)file, (size_t)status.st_size);
  // What the kernel left on the stack of a new program begins with the number of arguments; one is less now.
  *(long*)argv = argc - 1;
  __asm__ volatile("mov %0, %%rsp; xor %%edx, %%edx; jmp *%1" : : "r"(argv), "r"(entry) : "rdx", "memory");
  return 1;
}
