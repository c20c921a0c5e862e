// SPDX-License-Identifier: Apache-2.0

package main

func hold() {
	b.mu.Lock()
	slow()
	b.mu.Unlock()
}

func main() {
	go hold()
	waiters()
}
