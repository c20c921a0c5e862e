// needs go1.18
// SPDX-License-Identifier: Apache-2.0

// Generic functions, types and closures on the stack of goroutines that wait.
package main

import "sync"

type Queue[T any] struct{ items chan T }

func (q *Queue[T]) Pop() T { return <-q.items }

type Pair[K comparable, V any] struct {
	mu   sync.Mutex
	data map[K]V
}

func (p *Pair[K, V]) Set(key K, value V) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.data[key] = value
}

func Map[In, Out any](in <-chan In, convert func(In) Out) []Out {
	var out []Out
	for item := range in {
		out = append(out, convert(item))
	}
	return out
}

func apply[T any](pop func() T) {
	func() { _ = pop() }()
}

func main() {
	numbers := &Queue[int]{items: make(chan int)}
	maps := &Queue[map[string][]func(int) error]{items: make(chan map[string][]func(int) error)}
	pair := &Pair[string, Queue[int]]{data: map[string]Queue[int]{}}
	go numbers.Pop()
	go maps.Pop()
	go apply(numbers.Pop)
	go Map(numbers.items, func(n int) string { return string(rune(n)) })
	pair.mu.Lock()
	go pair.Set("key", *numbers)
	announce(states{"chan receive": 4, "sync.Mutex.Lock": 1})
	close(numbers.items)
}
