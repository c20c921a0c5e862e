// SPDX-License-Identifier: Apache-2.0

package main

func (b *box) later() {
	b.mu.Lock()
	go func() {
		slow()
		b.mu.Unlock()
	}()
}

func main() {
	b.later()
	waiters()
}
