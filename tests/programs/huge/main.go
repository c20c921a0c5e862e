// SPDX-License-Identifier: Apache-2.0

// Very many goroutines with many different stacks: input for measurements. The way of each goroutine through
// twenty functions follows from the digits of its number.
package main

import (
	"flag"
	"sync"
)

var (
	goroutineCount = flag.Int("n", 1000, "how many goroutines")
	stackCount     = flag.Int("stacks", 12000, "how many different stacks at most")
)

const (
	minDepth = 7
	maxDepth = 20
)

// request is one goroutine: where it is going, and how it waits when it has arrived.
type request struct {
	number int
	events chan int
	quit   chan bool
	lock   *sync.Mutex
}

type step func(r *request, way uint64, depth int) int

var steps []step

// On its way up each step uses its arguments again, so that they are kept and printed.
func (r *request) next(way uint64) step { return steps[way%uint64(len(steps))] }

func (r *request) accept(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(0)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) readHeader(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(1)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) route(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(2)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) authorize(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(3)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) decode(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(4)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) validate(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(5)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) lookup(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(6)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) render(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(7)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) encode(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(8)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) compress(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(9)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) retry(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(10)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) limit(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(11)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) trace(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(12)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) cache(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(13)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) resolve(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(14)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) balance(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(15)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) dial(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(16)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) stream(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(17)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) merge(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(18)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func (r *request) flush(way uint64, depth int) int {
	if depth == 0 {
		return r.wait(19)
	}
	return r.next(way)(r, way/3+way<<40, depth-1) + depth + int(way) + r.number
}

func init() {
	steps = []step{
		(*request).accept,
		(*request).readHeader,
		(*request).route,
		(*request).authorize,
		(*request).decode,
		(*request).validate,
		(*request).lookup,
		(*request).render,
		(*request).encode,
		(*request).compress,
		(*request).retry,
		(*request).limit,
		(*request).trace,
		(*request).cache,
		(*request).resolve,
		(*request).balance,
		(*request).dial,
		(*request).stream,
		(*request).merge,
		(*request).flush,
	}
}

func (r *request) wait(last int) int {
	switch r.number % 8 {
	case 0, 1, 2, 3:
		return <-r.events + last
	case 4, 5:
		r.events <- last
	case 6:
		select {
		case event := <-r.events:
			return event
		case <-r.quit:
		}
	case 7:
		r.lock.Lock()
		defer r.lock.Unlock()
	}
	return r.number
}

// scrambled spreads small numbers over all bits (the finaliser of SplitMix64).
func scrambled(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

func main() {
	var lock sync.Mutex
	lock.Lock()
	quit := make(chan bool)
	want := states{}
	words := []string{"chan receive", "chan receive", "chan receive", "chan receive",
		"chan send", "chan send", "select", "sync.Mutex.Lock"}
	for i := 0; i < *goroutineCount; i++ {
		r := &request{number: i, events: make(chan int), quit: quit, lock: &lock}
		way := scrambled(uint64(i % *stackCount))
		depth := minDepth - 3 + int(way>>8)%(maxDepth-minDepth+1)
		go r.next(way)(r, way, depth)
		want[words[i%len(words)]]++
	}
	announce(want)
}
