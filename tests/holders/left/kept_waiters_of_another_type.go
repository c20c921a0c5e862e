// SPDX-License-Identifier: Apache-2.0

package main

import "time"

type user struct{ n int }

//go:noinline
func (u *user) wait() {
	b.mu.Lock()
	u.n++
	b.mu.Unlock()
}

//go:noinline
func (b *box) finish() { b.mu.Unlock() }

func main() {
	b.mu.Lock()
	time.AfterFunc(time.Hour, b.finish)
	three((&user{}).wait)
	announce()
}
