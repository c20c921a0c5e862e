// SPDX-License-Identifier: Apache-2.0
// Loads the library and keeps still: host LIBRARY TRUTH
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char** argv) {
  void* library = argc > 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!library) return 1;
  ((void (*)(int))dlsym(library, "Begin"))(20);
  ((void (*)(char*))dlsym(library, "WriteTruth"))(argv[2]);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
