// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func with(l sync.Locker) {
	l.Lock()
	slow()
	l.Unlock()
}

func main() {
	go with(&b.mu)
	waiters()
}
