// SPDX-License-Identifier: Apache-2.0

package main

import "runtime"

func main() {
	b.mu.Lock()
	p := new([64]int)
	runtime.SetFinalizer(p, func(*[64]int) { b.mu.Unlock() })
	keep = p
	waiters()
}

var keep *[64]int
