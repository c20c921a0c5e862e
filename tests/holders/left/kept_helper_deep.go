// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

func (b *box) lockIt() { b.mu.Lock() }

func (b *box) unlockIt() {
	fmt.Sprint(b.n)
	b.mu.Unlock()
}

func hold() {
	b.lockIt()
	slow()
	b.unlockIt()
}

func main() {
	go hold()
	waiters()
}
