// SPDX-License-Identifier: Apache-2.0

package main

func (b *box) later() {
	b.mu.Lock()
	go func() {
		defer b.mu.Unlock()
		slow()
	}()
}

func main() {
	b.later()
	waiters()
}
