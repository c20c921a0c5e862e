// SPDX-License-Identifier: Apache-2.0

package main

func hold() {
	defer func() {
		if r := recover(); r != nil {
			slow()
			b.mu.Unlock()
		}
	}()
	b.mu.Lock()
	panic("x")
}

func main() {
	go hold()
	waiters()
}
