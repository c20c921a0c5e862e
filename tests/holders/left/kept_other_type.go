// SPDX-License-Identifier: Apache-2.0

package main

type owner struct{ b *box }

func (o *owner) finish() { o.b.mu.Unlock() }

func main() {
	o := &owner{&b}
	b.mu.Lock()
	go func() {
		slow()
		o.finish()
	}()
	waiters()
}
