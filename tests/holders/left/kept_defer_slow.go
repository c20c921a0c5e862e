// SPDX-License-Identifier: Apache-2.0

package main

func hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	slow()
}

func main() {
	go hold()
	waiters()
}
