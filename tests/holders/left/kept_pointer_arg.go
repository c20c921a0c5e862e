// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold(m *sync.Mutex) {
	m.Lock()
	slow()
	m.Unlock()
}

func main() {
	go hold(&b.mu)
	waiters()
}
