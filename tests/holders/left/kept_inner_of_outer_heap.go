// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"time"
)

type inner struct{ mu sync.Mutex }

//go:noinline
func (i *inner) stop() { i.mu.Unlock() }

type outer struct {
	n int
	inner
}

func (o *outer) get() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.n
}

var o *outer

func main() {
	o = &outer{}
	fmt.Sprint(o)
	o.mu.Lock()
	time.AfterFunc(time.Hour, o.stop)
	three(func() { o.get() })
	announce()
}
