// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"os"
	"sync"
	"time"
)

// keeper holds its lock while somebody else works for it.
type keeper struct {
	mu    sync.Mutex
	jobs  chan int
	done  chan int
	tasks chan func()
}

func (k *keeper) ask() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.jobs <- 1
	return <-k.done
}

func (k *keeper) askWithoutDefer() int {
	k.mu.Lock()
	k.jobs <- 1
	n := <-k.done
	k.mu.Unlock()
	return n
}

func (k *keeper) work(takes time.Duration) {
	for n := range k.jobs {
		time.Sleep(takes)
		k.done <- n
	}
}

func newKeeper() *keeper {
	return &keeper{jobs: make(chan int), done: make(chan int), tasks: make(chan func())}
}

var globalKeeper = newKeeper()

func (k *keeper) receive(from <-chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	<-from
}

func (k *keeper) send(to chan<- int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	to <- 1
}

func (k *keeper) waitAll(group *sync.WaitGroup) {
	k.mu.Lock()
	defer k.mu.Unlock()
	group.Wait()
}

func (k *keeper) waitFor(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	<-ctx.Done()
}

func (k *keeper) read(from io.Reader) {
	k.mu.Lock()
	defer k.mu.Unlock()
	from.Read(make([]byte, 10))
}

func (k *keeper) look() {
	k.mu.Lock()
	k.mu.Unlock()
}

func (k *keeper) serve() {
	for task := range k.tasks {
		task()
	}
}

func (k *keeper) hand(task func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks <- task
}

// handUnderLock waits for one of two workers: one wants the lock, the other has its own to do first.
func (k *keeper) handUnderLock(own func()) {
	gate := make(chan bool)
	for _, task := range []func(){func() { <-gate; k.look() }, own} {
		go k.serve()
		k.tasks <- task
	}
	go k.hand(func() {})
	time.Sleep(50 * time.Millisecond)
	close(gate)
	k.busy()
}

// busy queues some for the lock.
func (k *keeper) busy() {
	time.Sleep(50 * time.Millisecond)
	for i := 0; i < 5; i++ {
		go k.look()
	}
}

func init() {
	well("held_for_slow_worker", func() {
		k := newKeeper()
		go k.work(time.Hour)
		go k.ask()
		k.busy()
	})
	well("held_for_slow_worker_no_defer", func() {
		k := newKeeper()
		go k.work(time.Hour)
		go k.askWithoutDefer()
		k.busy()
	})
	well("held_for_slow_worker_global", func() {
		go globalKeeper.work(time.Hour)
		go globalKeeper.ask()
		globalKeeper.busy()
	})
	// The other worker is only slow, and will receive.
	well("held_for_one_of_two_workers_global", func() {
		globalKeeper.handUnderLock(func() { time.Sleep(time.Hour) })
	})
	well("held_for_moving_worker_global", func() {
		globalKeeper.handUnderLock(func() {
			for end := time.Now().Add(time.Hour); time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
		})
	})
	well("held_for_running_worker_global", func() {
		globalKeeper.handUnderLock(func() {
			for end := time.Now().Add(time.Hour); time.Now().Before(end); {
			}
		})
	})
	well("held_for_timer", func() {
		k, answer := newKeeper(), make(chan int)
		time.AfterFunc(time.Hour, func() { close(answer) })
		go k.receive(answer)
		k.busy()
	})
	well("held_for_main", func() {
		// Main answers, when it has slept.
		k, answer := newKeeper(), make(chan int)
		go k.receive(answer)
		k.busy()
		goOn()
		time.Sleep(time.Hour)
		answer <- 1
	})
	well("held_for_reader_of_stdin", func() {
		k, answer := newKeeper(), make(chan int)
		go func() {
			os.Stdin.Read(make([]byte, 1))
			answer <- 1
		}()
		go k.receive(answer)
		k.busy()
	})
	well("held_for_sender_of_stdin", func() {
		k, answer := newKeeper(), make(chan int)
		go func() {
			os.Stdin.Read(make([]byte, 1))
			<-answer
		}()
		go k.send(answer)
		k.busy()
	})
	well("held_for_group", func() {
		k, group := newKeeper(), &sync.WaitGroup{}
		group.Add(1)
		go func() { defer group.Done(); time.Sleep(time.Hour) }()
		go k.waitAll(group)
		k.busy()
	})
	well("held_for_timeout", func() {
		k := newKeeper()
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		keep = append(keep, cancel)
		go k.waitFor(ctx)
		k.busy()
	})
	well("held_for_cancel", func() {
		k := newKeeper()
		ctx, cancel := context.WithCancel(context.Background())
		go func() { defer cancel(); time.Sleep(time.Hour) }()
		go k.waitFor(ctx)
		k.busy()
	})
	well("held_for_ticker", func() {
		k := newKeeper()
		go func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			<-time.NewTicker(time.Hour).C
		}()
		k.busy()
	})
	well("held_for_after", func() {
		k := newKeeper()
		go func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			<-time.After(time.Hour)
		}()
		k.busy()
	})
	well("held_for_pipe", func() {
		r, w, err := os.Pipe()
		if err != nil {
			return
		}
		keep = append(keep, w)
		k := newKeeper()
		go k.read(r)
		k.busy()
	})
	well("held_for_io_pipe", func() {
		r, w := io.Pipe()
		go func() { time.Sleep(time.Hour); w.Close() }()
		k := newKeeper()
		go k.read(r)
		k.busy()
	})
	well("held_in_chain", func() {
		// The one who answers waits for a lock of another, who sleeps.
		k, other, answer := newKeeper(), newKeeper(), make(chan int)
		go func() {
			other.mu.Lock()
			defer other.mu.Unlock()
			time.Sleep(time.Hour)
		}()
		time.Sleep(20 * time.Millisecond)
		go func() { other.look(); answer <- 1 }()
		go k.receive(answer)
		k.busy()
	})
	well("held_by_kept_channel", func() {
		// Whoever has it in a variable may answer one day.
		k, answer := newKeeper(), make(chan int)
		keep = append(keep, answer)
		go k.receive(answer)
		k.busy()
	})
}
