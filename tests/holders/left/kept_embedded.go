// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

type emb struct{ sync.Mutex }

var e emb

func hold(l sync.Locker) {
	l.Lock()
	slow()
	l.Unlock()
}

func (x *emb) get() {
	x.Lock()
	x.Unlock()
}

func main() {
	go hold(&e)
	three(e.get)
	announce()
}
