// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func locked[T any](m *sync.Mutex, f func() T) T {
	m.Lock()
	defer m.Unlock()
	return f()
}

func main() {
	go locked(&b.mu, func() int { slow(); return 1 })
	waiters()
}
