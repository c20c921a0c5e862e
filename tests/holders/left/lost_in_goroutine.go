// SPDX-License-Identifier: Apache-2.0

package main

func (b *box) fill() {
	b.mu.Lock()
	b.n++
}

func main() {
	go b.fill()
	waiters()
}
