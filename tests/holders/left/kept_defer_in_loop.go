// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold() {
	for _, m := range []*sync.Mutex{&b.mu, &mu} {
		m.Lock()
		defer m.Unlock()
	}
	slow()
}

func main() {
	go hold()
	waiters()
}
