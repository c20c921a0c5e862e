// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold(ms map[int]*sync.Mutex) {
	ms[1].Lock()
	slow()
	ms[1].Unlock()
}

func main() {
	go hold(map[int]*sync.Mutex{1: &b.mu})
	waiters()
}
