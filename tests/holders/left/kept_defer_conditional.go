// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

func hold(ok bool) {
	b.mu.Lock()
	if ok {
		defer b.mu.Unlock()
	} else {
		defer fmt.Sprint()
	}
	slow()
}

func main() {
	go hold(true)
	waiters()
}
