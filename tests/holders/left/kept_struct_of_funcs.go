// SPDX-License-Identifier: Apache-2.0

package main

type hooks struct{ begin, end func() }

func hold(h hooks) {
	h.begin()
	slow()
	h.end()
}

func main() {
	go hold(hooks{b.mu.Lock, b.mu.Unlock})
	waiters()
}
