// SPDX-License-Identifier: Apache-2.0

// Uses what the runtime has, so that the linker keeps the types of it in the debugging information. Only built, never run.
package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

type locks struct {
	mutex sync.Mutex
	rw    sync.RWMutex
	group sync.WaitGroup
	once  sync.Once
	cond  *sync.Cond
}

func wait(l *locks, numbers chan int, done chan struct{}) {
	defer l.group.Done()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.rw.RLock()
	defer l.rw.RUnlock()
	l.cond.Wait()
	select {
	case n := <-numbers:
		fmt.Println(n)
	case <-time.After(time.Second):
	case <-done:
	}
}

func main() {
	l := &locks{cond: sync.NewCond(&sync.Mutex{})}
	numbers, done := make(chan int), make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals)
	runtime.SetFinalizer(l, func(*locks) { close(done) })
	l.once.Do(func() { l.group.Add(1) })
	go wait(l, numbers, done)
	if listener, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		listener.Accept()
	}
	pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
	for len(os.Args) > 1 {
		defer l.rw.Unlock()
		l.rw.Lock()
	}
	l.group.Wait()
	panic(<-signals)
}
