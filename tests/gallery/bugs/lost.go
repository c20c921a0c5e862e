// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// office has workers that end when a task panics.
type office struct {
	tasks chan func()
	done  chan struct{}
}

func newOffice(workers int) *office {
	o := &office{tasks: make(chan func()), done: make(chan struct{})}
	for i := 0; i < workers; i++ {
		go o.work()
	}
	return o
}

func (o *office) work() {
	defer func() { recover() }()
	for task := range o.tasks {
		task()
	}
}

func (o *office) give(task func()) { o.tasks <- task }

// gather closes its output when all producers are done, which a lost reader prevents.
func gather(producers int) <-chan int {
	out := make(chan int)
	var all sync.WaitGroup
	for i := 0; i < producers; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			produceTwo(out)
		}()
	}
	go closeAfter(&all, out)
	return out
}

func produceTwo(out chan<- int) {
	out <- 1
	out <- 2
}

func closeAfter(all *sync.WaitGroup, out chan int) {
	all.Wait()
	close(out)
}

// slots are acquired, and not given back after an error.
type slots chan struct{}

func (s slots) try(fail bool) error {
	s <- struct{}{}
	if fail {
		return errors.New("failed")
	}
	<-s
	return nil
}

// bell is rung once, and two listen.
type bell struct {
	mu   sync.Mutex
	cond *sync.Cond
	rung bool
}

func (b *bell) listen() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.rung {
		b.cond.Wait()
	}
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = true
	b.cond.Signal()
}

// poll outlives its ticker, which is stopped and not closed.
func poll(ticker *time.Ticker) {
	for range ticker.C {
	}
}

// closeTwice dies of the second close before it comes to the other channel.
func closeTwice(first, second chan struct{}) {
	defer func() { recover() }()
	close(first)
	close(first)
	close(second)
}

func await(c chan struct{}) { <-c }

// choose has no channel that was made.
func choose(a, b chan int) {
	select {
	case <-a:
	case b <- 1:
	}
}

// askAround asks several and takes the first answer.
func askAround(n int) int {
	answers := make(chan int)
	for i := 0; i < n; i++ {
		go answer(i, answers)
	}
	return <-answers
}

func answer(i int, answers chan<- int) { answers <- i }

// obey waits for an order or the end of a context that nobody cancels.
func obey(ctx context.Context, orders <-chan int) {
	for {
		select {
		case <-orders:
		case <-ctx.Done():
			return
		}
	}
}

func command() {
	ctx, cancel := context.WithCancel(context.Background())
	orders := make(chan int)
	go obey(ctx, orders)
	orders <- 1
	_ = cancel
}

func init() {
	const orphan, either = "orphan", "leak deadlock"
	stuck("workers_died", orphan, either, "main.(*office).give", func() {
		o := newOffice(2)
		for i := 0; i < 2; i++ {
			o.give(func() { panic("task") })
		}
		time.Sleep(20 * time.Millisecond)
		for i := 0; i < 3; i++ {
			go o.give(func() {})
		}
	})
	stuck("reader_left", "orphan cycle", either, "main.produceTwo main.gather", func() { <-gather(3) })
	stuck("slots_lost", orphan, either, "main.slots.try", func() {
		s := make(slots, 2)
		s.try(true)
		s.try(true)
		for i := 0; i < 3; i++ {
			go s.try(false)
		}
	})
	stuck("rung_once", orphan, either, "main.(*bell).listen", func() {
		b := &bell{}
		b.cond = sync.NewCond(&b.mu)
		go b.listen()
		go b.listen()
		time.Sleep(20 * time.Millisecond)
		b.ring()
	})
	stuck("ticker_stopped", orphan, either, "main.poll", func() {
		ticker := time.NewTicker(time.Hour)
		go poll(ticker)
		time.Sleep(20 * time.Millisecond)
		ticker.Stop()
	})
	stuck("closed_twice", orphan, either, "main.await", func() {
		first, second := make(chan struct{}), make(chan struct{})
		for i := 0; i < 3; i++ {
			go await(second)
		}
		go closeTwice(first, second)
	})
	stuck("select_of_nil", orphan, either, "main.choose", func() {
		for i := 0; i < 2; i++ {
			go choose(nil, nil)
		}
	})
	stuck("first_of_many", orphan, either, "main.answer main.askAround", func() { askAround(5) })
	stuck("order_and_context", orphan, either, "main.obey main.command", command)
	stuck("many_instances", "cycle", "deadlock", "main.(*broker).publish", func() {
		for i := 0; i < 200; i++ {
			go unsubscribeUnderLock(&broker{subs: map[chan string]bool{}})
		}
		time.Sleep(300 * time.Millisecond)
	})
}
