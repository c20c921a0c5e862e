// SPDX-License-Identifier: Apache-2.0

package main

func hold(ok bool) {
	if ok {
		b.mu.Lock()
	}
	slow()
	if ok {
		b.mu.Unlock()
	}
}

func main() {
	go hold(true)
	waiters()
}
