// SPDX-License-Identifier: Apache-2.0

// Goroutines in waits of all kinds, with arguments of all kinds, in calls of all kinds. Prints what runtime.Stack says
// of them, then "ready", and keeps still. Compiles with Go 1.13.
package main

import (
	"runtime"
	"sync"
	"syscall"
	"time"
)

type point struct{ x, y int32 }

type parcel struct {
	from, to point
	name     string
	weights  [3]uint8
	inner    struct{ a, b struct{ c, d int64 } }
}

type shape interface{ area(scale int) int }

type box struct{ w, h int }

// area is called through a pointer in an interface, so the compiler makes a wrapper for it.
func (b box) area(scale int) int {
	<-never
	return b.w * b.h * scale
}

type hub struct {
	name string
	mu   sync.Mutex
	rw   sync.RWMutex
	cond *sync.Cond
}

var (
	never   = make(chan int)
	full    = make(chan string, 3)
	theHub  = &hub{name: "north"}
	waiting sync.WaitGroup
	sink    int
)

//go:noinline
func (h *hub) add(p parcel, list []int, any interface{}, done func(), table map[string]int, small int8, flag bool, ratio float64) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(list) + int(small)
}

//go:noinline
func (h *hub) read(key string) string {
	h.rw.RLock()
	defer h.rw.RUnlock()
	return key + h.name
}

func (h *hub) waitForNews() {
	h.cond.L.Lock()
	h.cond.Wait()
	h.cond.L.Unlock()
}

//go:noinline
func down(depth int, label string) int {
	if depth == 0 {
		return <-never
	}
	return down(depth-1, label) + 1
}

// Three calls that the compiler inlines into each other.
func inner(x int) int  { return <-never + x }
func middle(x int) int { return inner(x*2) + 1 }
func outer(x int) int  { return middle(x+1) + 1 }

//go:noinline
func callsInlined(x int) { sink = outer(x) }

func panics() {
	defer func() { <-never }()
	panic("stuck while it panics")
}

func dereferences(p *point) {
	defer func() { <-never }()
	p.x++
}

func selects(a chan int, b chan string) {
	select {
	case v := <-a:
		sink = v
	case b <- "x":
	case <-time.After(time.Hour):
	}
}

func locked() {
	runtime.LockOSThread()
	<-never
}

func closes(word string) func(int) {
	return func(n int) {
		full <- word
		sink = n
	}
}

func start() {
	theHub.cond = sync.NewCond(new(sync.Mutex))
	theHub.mu.Lock()
	theHub.rw.Lock()
	full <- "1"
	full <- "2"
	full <- "3"
	waiting.Add(1)
	p := parcel{from: point{1, 2}, to: point{-3, 4}, name: "parcel", weights: [3]uint8{7, 8, 9}}
	p.inner.b.d = 77
	go theHub.add(p, []int{1, 2, 3}, "any", func() {}, map[string]int{"a": 1}, -5, true, 1.5)
	go theHub.read("key")
	go theHub.waitForNews()
	go down(3, "short")
	go down(150, "long")
	go callsInlined(20)
	go panics()
	go dereferences(nil)
	go selects(make(chan int), nil)
	go locked()
	go closes("word")(11)
	go func() { sink = shape(&box{2, 3}).area(4) }()
	go waiting.Wait()
	go func() { var none chan int; <-none }()
	go time.Sleep(time.Hour)
	go func() { select {} }()
}

func write(text []byte) {
	for len(text) > 0 {
		n, err := syscall.Write(1, text)
		if err != nil {
			return
		}
		text = text[n:]
	}
}

func main() {
	start()
	time.Sleep(300 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	time.Sleep(100 * time.Millisecond)
	text := make([]byte, 1<<20)
	write(text[:runtime.Stack(text, true)])
	write([]byte("ready\n"))
	time.Sleep(time.Hour)
}
