// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold(ms []*sync.Mutex) {
	for _, m := range ms {
		m.Lock()
	}
	slow()
	for _, m := range ms {
		m.Unlock()
	}
}

func main() {
	go hold([]*sync.Mutex{&mu, &b.mu})
	waiters()
}
