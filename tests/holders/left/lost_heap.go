// SPDX-License-Identifier: Apache-2.0

package main

var p *box

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
	p = &box{}
	p.put(-1)
	three(func() { p.total() })
	announce()
}
