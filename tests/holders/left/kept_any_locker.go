// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

func hold(x any) {
	l := x.(sync.Locker)
	l.Lock()
	slow()
	l.Unlock()
}

func main() {
	go hold(&b.mu)
	waiters()
}
