// SPDX-License-Identifier: Apache-2.0

package main

func hold(n int) {
again:
	b.mu.Lock()
	if n > 3 {
		b.mu.Unlock()
		n--
		goto again
	}
	slow()
	if n == 2 {
		b.mu.Unlock()
		return
	}
	b.n++
	b.mu.Unlock()
}

func main() {
	go hold(2)
	waiters()
}
