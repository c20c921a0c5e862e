// SPDX-License-Identifier: Apache-2.0

package main

//go:noinline
func risky() {
	defer func() {
		recover()
		slow()
	}()
	panic("x")
}

func hold() {
	b.mu.Lock()
	risky()
	b.mu.Unlock()
}

func main() {
	go hold()
	waiters()
}
