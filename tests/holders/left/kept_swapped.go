// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold(m, n *sync.Mutex) {
	m.Lock()
	m, n = n, m
	slow()
	n.Unlock()
	m.Lock()
}

func main() {
	go hold(&b.mu, &mu)
	waiters()
}
