// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

type guard struct{ sync.Locker }

var g = guard{&b.mu}

func hold() {
	g.Lock()
	slow()
	g.Unlock()
}

func main() {
	go hold()
	waiters()
}
