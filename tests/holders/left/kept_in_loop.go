// SPDX-License-Identifier: Apache-2.0

package main

func hold() {
	for i := 0; i < 3; i++ {
		b.mu.Lock()
		slow()
		b.mu.Unlock()
	}
}

func main() {
	go hold()
	waiters()
}
