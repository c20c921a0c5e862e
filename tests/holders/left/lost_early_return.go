// SPDX-License-Identifier: Apache-2.0

package main

func (b *box) put(n int) bool {
	b.mu.Lock()
	if n < 0 {
		return false
	}
	b.n = n
	b.mu.Unlock()
	return true
}

func main() {
	b.put(-1)
	waiters()
}
