// SPDX-License-Identifier: Apache-2.0

// A Go program that loads a Go library with a runtime of its own: two lists of goroutines in one process.
package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

// Starts that many goroutines of the library; 0 if it cannot be loaded.
static int begin(const char* path, int goroutines) {
  void* library = dlopen(path, RTLD_NOW);
  void (*start)(int) = library ? (void (*)(int))dlsym(library, "Begin") : NULL;
  if (start) start(goroutines);
  return start != NULL;
}
*/
import "C"

import (
	"fmt"
	"os"
	"time"
)

func main() {
	if C.begin(C.CString(os.Args[1]), 5) != 0 {
		fmt.Println("ready")
	}
	time.Sleep(time.Hour)
}
