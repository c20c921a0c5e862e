// SPDX-License-Identifier: Apache-2.0

package main

var all = map[string]*box{}

func hold() {
	all["a"].mu.Lock()
	slow()
	all["a"].mu.Unlock()
}

func main() {
	all["a"] = &b
	go hold()
	waiters()
}
