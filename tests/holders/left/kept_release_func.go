// SPDX-License-Identifier: Apache-2.0

package main

func (b *box) acquire() func() {
	b.mu.Lock()
	return func() { b.n++; b.mu.Unlock() }
}

func use() {
	release := b.acquire()
	slow()
	release()
}

func main() {
	go use()
	waiters()
}
