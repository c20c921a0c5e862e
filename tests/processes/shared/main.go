// SPDX-License-Identifier: Apache-2.0

// A Go library inside a program of another language: its goroutines wait, and it can say what runtime.Stack says.
package main

import "C"

import (
	"io/ioutil"
	"runtime"
	"sync"
	"time"
)

var lock sync.Mutex

//export Begin
func Begin(goroutines C.int) {
	lock.Lock()
	for i := 0; i < int(goroutines); i++ {
		go queue(i, "shared")
	}
	time.Sleep(200 * time.Millisecond)
}

//export WriteTruth
func WriteTruth(path *C.char) {
	text := make([]byte, 1<<20)
	ioutil.WriteFile(C.GoString(path), text[:runtime.Stack(text, true)], 0600)
}

//go:noinline
func queue(id int, name string) int {
	lock.Lock()
	defer lock.Unlock()
	return id + len(name)
}

func main() {}
