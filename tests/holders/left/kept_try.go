// SPDX-License-Identifier: Apache-2.0

package main

func hold() {
	if b.mu.TryLock() {
		slow()
		b.mu.Unlock()
	}
}

func main() {
	go hold()
	waiters()
}
