// SPDX-License-Identifier: Apache-2.0

// Goroutines that look as if they held a lock, and do not. Each has a lock of its own, which `keeper` really holds and
// for which `waiter` waits. Whoever is said to hold a lock and stands below a function named `suspect…` is accused
// wrongly; so is everybody who is said to be stuck for good.
package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// object is something with locks, as programs have it.
type object struct {
	name string
	mu   sync.Mutex
	rw   sync.RWMutex
	cond *sync.Cond
	next *object
	done chan int
}

var never = make(chan int)

// park is where suspects stand.
//
//go:noinline
func park() {
	select {
	case <-never:
	case <-time.After(time.Hour):
	}
}

func fresh(name string) *object {
	o := &object{name: name, done: make(chan int)}
	o.cond = sync.NewCond(&o.mu)
	o.next = &object{name: name + " next"}
	return o
}

// keeper has the lock for an hour.
func keeper(o *object, has chan<- bool) {
	o.mu.Lock()
	has <- true
	time.Sleep(time.Hour)
	o.mu.Unlock()
}

func reader(o *object, has chan<- bool) {
	o.rw.RLock()
	has <- true
	time.Sleep(time.Hour)
	o.rw.RUnlock()
}

func waiter(o *object) {
	o.mu.Lock()
	o.name = "mine"
	o.mu.Unlock()
}

func writer(o *object) {
	o.rw.Lock()
	o.name = "mine"
	o.rw.Unlock()
}

// present starts a suspect and, when it stands, those who really have and want its locks.
func present(name string, suspect func(o *object)) {
	o := fresh(name)
	go suspect(o)
	time.Sleep(2 * time.Millisecond)
	has := make(chan bool)
	go keeper(o, has)
	go reader(o, has)
	<-has
	<-has
	go waiter(o)
	go writer(o)
}

func main() {
	for name, suspect := range suspects {
		present(name, suspect)
	}
	blockers()
	transactions()
	time.Sleep(200 * time.Millisecond)
	fmt.Println("ready", len(suspects)+blocked+inTransactions)
	time.Sleep(time.Hour)
	os.Exit(0)
}
