// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"math/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func pause(most time.Duration) { time.Sleep(time.Duration(rand.Int63n(int64(most)))) }

// every calls something again and again, from n goroutines.
func every(n int, most time.Duration, call func()) {
	for i := 0; i < n; i++ {
		go func() {
			for {
				call()
				pause(most)
			}
		}()
	}
}

// pool has workers that wait for tasks.
type pool struct{ tasks chan func() }

func newPool(n, room int) *pool {
	p := &pool{make(chan func(), room)}
	for i := 0; i < n; i++ {
		go p.worker()
	}
	return p
}

func (p *pool) worker() {
	for task := range p.tasks {
		task()
	}
}

// store has a lock that is held for as long as its disk needs.
type store struct {
	mu    sync.RWMutex
	items map[int]int
}

func newStore() *store { return &store{items: map[int]int{}} }

func (s *store) get(n int) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[n]
}

func (s *store) put(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[n%100]++
}

func (s *store) save(takes time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(takes)
}

// queue is the classic one, with a condition.
type queue struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	items    []int
}

func newQueue() *queue {
	q := &queue{}
	q.notEmpty = sync.NewCond(&q.mu)
	return q
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.notEmpty.Wait()
	}
	n := q.items[0]
	q.items = q.items[1:]
	return n
}

func (q *queue) put(n int) {
	q.mu.Lock()
	q.items = append(q.items, n)
	q.mu.Unlock()
	q.notEmpty.Signal()
}

// events has subscribers that seldom hear something.
type events struct {
	mu   sync.Mutex
	subs map[chan int]bool
}

func (e *events) subscribe() chan int {
	e.mu.Lock()
	defer e.mu.Unlock()
	sub := make(chan int, 1)
	e.subs[sub] = true
	return sub
}

func (e *events) publish(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for sub := range e.subs {
		select {
		case sub <- n:
		default:
		}
	}
}

func listen(sub <-chan int) {
	for range sub {
	}
}

var globalPool *pool
var globalQueue = newQueue()

func waitDone(ctx context.Context) { <-ctx.Done() }

// service stops when it is told to.
type service struct {
	stopped, done chan struct{}
	mu            sync.Mutex
}

func (s *service) loop() {
	defer close(s.done)
	for {
		select {
		case <-s.stopped:
			return
		case <-time.After(time.Minute):
			s.mu.Lock()
			s.mu.Unlock()
		}
	}
}

func (s *service) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.stopped)
	<-s.done
}

func newService() *service {
	s := &service{stopped: make(chan struct{}), done: make(chan struct{})}
	go s.loop()
	return s
}

// lateValue is asked for by many before somebody has it.
type lateValue struct {
	once  sync.Once
	value int
}

func (l *lateValue) ask(answers <-chan int) int {
	l.once.Do(func() { l.value = <-answers })
	return l.value
}

func init() {
	well("pool_idle", func() { keep = append(keep, newPool(20, 0)) })
	well("pool_idle_global", func() { globalPool = newPool(20, 0) })
	well("pool_busy", func() {
		p := newPool(8, 2)
		every(20, 5*time.Millisecond, func() { p.tasks <- func() { pause(3 * time.Millisecond) } })
	})
	well("pool_full_slow", func() {
		// Twenty wait for a worker each time, and get it.
		p := newPool(2, 0)
		every(20, time.Millisecond, func() { p.tasks <- func() { pause(20 * time.Millisecond) } })
	})
	well("store_busy", func() {
		s := newStore()
		every(20, time.Millisecond, func() { s.get(1) })
		every(4, time.Millisecond, func() { s.put(rand.Int()) })
	})
	well("store_saves", func() {
		s := newStore()
		every(20, time.Millisecond, func() { s.get(1) })
		every(1, time.Millisecond, func() { s.save(100 * time.Millisecond) })
	})
	well("store_saves_long", func() {
		s := newStore()
		every(10, time.Millisecond, func() { s.get(1) })
		every(1, time.Millisecond, func() { s.save(2 * time.Second) })
	})
	well("convoy", func() {
		var mu sync.Mutex
		every(50, 1, func() {
			mu.Lock()
			defer mu.Unlock()
			pause(time.Millisecond)
		})
	})
	well("lock_storm", func() {
		var mu sync.Mutex
		n := 0
		every(30, 1, func() {
			for i := 0; i < 1000; i++ {
				mu.Lock()
				n++
				mu.Unlock()
			}
		})
	})
	well("two_locks_in_order", func() {
		var a, b sync.Mutex
		every(20, time.Millisecond, func() {
			a.Lock()
			defer a.Unlock()
			pause(time.Millisecond)
			b.Lock()
			defer b.Unlock()
			pause(time.Millisecond)
		})
	})
	well("two_locks_try", func() {
		// Opposite order, but who does not get the second lock in time gives up the first.
		a, b := make(chan bool, 1), make(chan bool, 1)
		both := func(x, y chan bool) {
			x <- true
			defer func() { <-x }()
			select {
			case y <- true:
				pause(time.Millisecond)
				<-y
			case <-time.After(2 * time.Millisecond):
			}
		}
		every(5, time.Millisecond, func() { both(a, b) })
		every(5, time.Millisecond, func() { both(b, a) })
	})
	well("unlock_around_wait", func() {
		var mu sync.Mutex
		work := make(chan int)
		every(10, time.Millisecond, func() {
			mu.Lock()
			defer mu.Unlock()
			mu.Unlock()
			<-work
			mu.Lock()
		})
		every(1, 10*time.Millisecond, func() { work <- 1 })
	})
	well("hand_over", func() {
		// Locked by one, unlocked by another.
		var mu sync.Mutex
		locked := make(chan bool)
		every(1, time.Millisecond, func() { mu.Lock(); locked <- true })
		every(1, 10*time.Millisecond, func() { <-locked; pause(20 * time.Millisecond); mu.Unlock() })
	})
	well("hand_over_sleeping", func() {
		var mu sync.Mutex
		mu.Lock()
		go func() { mu.Lock(); mu.Unlock() }()
		time.AfterFunc(time.Hour, mu.Unlock)
	})
	well("queue_idle", func() {
		for i := 0; i < 10; i++ {
			go func() {
				for {
					globalQueue.take()
				}
			}()
		}
	})
	well("queue_idle_heap", func() {
		q := newQueue()
		for i := 0; i < 10; i++ {
			go func() {
				for {
					q.take()
				}
			}()
		}
		time.AfterFunc(time.Hour, func() { q.put(1) })
	})
	well("queue_busy", func() {
		q := newQueue()
		every(10, 1, func() { q.take() })
		every(3, time.Millisecond, func() { q.put(1) })
	})
	well("events_idle", func() {
		e := &events{subs: map[chan int]bool{}}
		for i := 0; i < 50; i++ {
			go listen(e.subscribe())
		}
		keep = append(keep, e)
	})
	well("events_busy", func() {
		e := &events{subs: map[chan int]bool{}}
		for i := 0; i < 50; i++ {
			go listen(e.subscribe())
		}
		every(2, time.Millisecond, func() { e.publish(1) })
	})
	well("context_without_end", func() {
		// The Done() of context.Background() is nil.
		for i := 0; i < 5; i++ {
			go func(ctx context.Context) {
				<-ctx.Done()
				keep = nil
			}(context.Background())
			go waitDone(context.TODO())
		}
	})
	well("start_gate", func() {
		gate := make(chan struct{})
		for i := 0; i < 100; i++ {
			go func() { <-gate }()
		}
		time.AfterFunc(time.Hour, func() { close(gate) })
	})
	well("start_gate_lock", func() {
		var gate sync.RWMutex
		gate.Lock()
		for i := 0; i < 20; i++ {
			go func() { gate.RLock(); gate.RUnlock() }()
		}
		time.AfterFunc(time.Hour, gate.Unlock)
	})
	well("main_waits_for_workers", func() {
		var workers sync.WaitGroup
		for i := 0; i < 5; i++ {
			workers.Add(1)
			go func() { defer workers.Done(); time.Sleep(time.Hour) }()
		}
		goOn()
		workers.Wait()
	})
	well("main_waits_for_loops", func() {
		var workers sync.WaitGroup
		jobs := make(chan int)
		for i := 0; i < 5; i++ {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for range jobs {
				}
			}()
		}
		go func() {
			for {
				jobs <- 1
				time.Sleep(time.Second)
			}
		}()
		goOn()
		workers.Wait()
	})
	well("main_empty_select", func() {
		every(1, time.Second, func() {})
		goOn()
		select {}
	})
	well("main_receives", func() {
		done := make(chan bool)
		every(2, 10*time.Millisecond, func() {})
		goOn()
		<-done
	})
	well("ticker", func() {
		go func() {
			for range time.NewTicker(time.Hour).C {
			}
		}()
	})
	well("ticker_stopped_by_context", func() {
		ctx, cancel := context.WithCancel(context.Background())
		for i := 0; i < 20; i++ {
			go func() {
				ticker := time.NewTicker(time.Minute)
				defer ticker.Stop()
				for {
					select {
					case <-ctx.Done():
						return
					case <-ticker.C:
					}
				}
			}()
		}
		keep = append(keep, cancel)
	})
	well("context_kept", func() {
		ctx, cancel := context.WithCancel(context.Background())
		for i := 0; i < 20; i++ {
			go waitDone(ctx)
		}
		keep = append(keep, cancel)
	})
	well("context_timeout", func() {
		every(50, time.Millisecond, func() {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			waitDone(ctx)
		})
	})
	well("context_long_timeout", func() {
		for i := 0; i < 20; i++ {
			ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
			keep = append(keep, cancel)
			go waitDone(ctx)
		}
	})
	well("context_deadline_only", func() {
		for i := 0; i < 20; i++ {
			ctx, _ := context.WithTimeout(context.Background(), time.Hour)
			go waitDone(ctx)
		}
	})
	well("context_from_owner", func() {
		parent, cancel := context.WithCancel(context.Background())
		for i := 0; i < 20; i++ {
			ctx, done := context.WithCancel(context.WithValue(parent, "k", i))
			go func() { defer done(); waitDone(ctx) }()
		}
		keep = append(keep, cancel)
	})
	well("pipeline_waits", func() {
		in := make(chan int)
		squares := make(chan int)
		go func() {
			defer close(squares)
			for n := range in {
				squares <- n * n
			}
		}()
		go listen(squares)
		keep = append(keep, in)
	})
	well("pipeline_busy", func() {
		a, b := make(chan int), make(chan int)
		every(3, time.Millisecond, func() { a <- 1 })
		every(3, 1, func() { b <- <-a })
		go listen(b)
	})
	well("ping_pong", func() {
		a, b := make(chan int), make(chan int)
		every(1, 1, func() { a <- 1; <-b })
		every(1, 1, func() { <-a; b <- 1 })
	})
	well("semaphore_busy", func() {
		sem := make(chan bool, 3)
		every(20, time.Millisecond, func() {
			sem <- true
			defer func() { <-sem }()
			pause(5 * time.Millisecond)
		})
	})
	well("semaphore_long", func() {
		sem := make(chan bool, 3)
		for i := 0; i < 10; i++ {
			go func() {
				sem <- true
				defer func() { <-sem }()
				time.Sleep(time.Hour)
			}()
		}
	})
	well("reply_later", func() {
		requests := make(chan chan int)
		go func() {
			for reply := range requests {
				time.Sleep(time.Second)
				reply <- 1
			}
		}()
		for i := 0; i < 5; i++ {
			go func() {
				for {
					reply := make(chan int)
					requests <- reply
					<-reply
				}
			}()
		}
	})
	well("callback_timer", func() {
		for i := 0; i < 10; i++ {
			done := make(chan bool)
			time.AfterFunc(time.Hour, func() { close(done) })
			go func() { <-done }()
		}
	})
	well("finalizer_closes", func() {
		type handle struct{ stop chan bool }
		for i := 0; i < 10; i++ {
			h := &handle{make(chan bool)}
			stop := h.stop
			runtime.SetFinalizer(h, func(h *handle) { close(h.stop) })
			go func() { <-stop }()
			keep = append(keep, h)
		}
	})
	well("service_waits", func() { keep = append(keep, newService()) })
	well("service_restarts", func() {
		every(10, time.Millisecond, func() {
			s := newService()
			pause(time.Millisecond)
			s.stop()
		})
	})
	well("once_slow", func() {
		var once sync.Once
		for i := 0; i < 10; i++ {
			go once.Do(func() { time.Sleep(time.Hour) })
		}
	})
	well("once_answered_late", func() {
		l, answers := &lateValue{}, make(chan int)
		for i := 0; i < 10; i++ {
			go l.ask(answers)
		}
		go func() {
			time.Sleep(time.Hour)
			answers <- 1
		}()
	})
	well("wait_group_long", func() {
		var workers sync.WaitGroup
		workers.Add(1)
		go func() { defer workers.Done(); time.Sleep(time.Hour) }()
		for i := 0; i < 5; i++ {
			go workers.Wait()
		}
	})
	well("group_inside_group", func() {
		stages := &sync.WaitGroup{}
		stages.Add(1)
		keep = append(keep, stages)
		go func() {
			defer stages.Done()
			items := &sync.WaitGroup{}
			items.Add(1)
			keep = append(keep, items)
			go func() { defer items.Done(); time.Sleep(time.Hour) }()
			items.Wait()
		}()
		go stages.Wait()
	})
	well("group_drained_by_another", func() {
		calls := &sync.WaitGroup{}
		keep = append(keep, calls)
		calls.Add(1)
		go func() {
			defer calls.Done()
			go calls.Wait()
			time.Sleep(time.Hour)
		}()
	})
	well("group_joined_late", func() {
		calls := &sync.WaitGroup{}
		keep = append(keep, calls)
		calls.Add(1)
		go func() { defer calls.Done(); time.Sleep(time.Hour) }()
		go func() {
			defer calls.Done()
			calls.Wait()
			calls.Add(1)
		}()
	})
	well("goroutine_storm", func() {
		every(10, time.Millisecond, func() {
			var group sync.WaitGroup
			results := make(chan int, 10)
			for i := 0; i < 100; i++ {
				group.Add(1)
				go func() {
					defer group.Done()
					select {
					case results <- 1:
					default:
					}
				}()
			}
			group.Wait()
		})
	})
	well("fan_in", func() {
		every(5, time.Millisecond, func() {
			out := make(chan int)
			for i := 0; i < 20; i++ {
				go func() { pause(time.Millisecond); out <- 1 }()
			}
			for i := 0; i < 20; i++ {
				<-out
			}
		})
	})
	well("garbage", func() {
		var kept atomic.Value
		every(4, 1, func() {
			lists := make([][]*int, 100)
			for i := range lists {
				lists[i] = make([]*int, 1000)
			}
			kept.Store(lists)
		})
		p := newPool(10, 0)
		every(10, time.Millisecond, func() { p.tasks <- func() {} })
	})
	well("spinning", func() {
		for i := 0; i < 2; i++ {
			go func() {
				for n := 0; ; n++ {
					if n%1000000 == 0 {
						runtime.Gosched()
					}
				}
			}()
		}
		keep = append(keep, newPool(5, 0))
	})
	well("sync_pool", func() {
		buffers := sync.Pool{New: func() interface{} { return make([]byte, 4096) }}
		every(20, time.Millisecond, func() {
			b := buffers.Get()
			pause(time.Millisecond)
			buffers.Put(b)
		})
	})
	well("rate_limiter", func() {
		tokens := make(chan bool)
		go func() {
			for range time.NewTicker(20 * time.Millisecond).C {
				select {
				case tokens <- true:
				default:
				}
			}
		}()
		every(10, time.Millisecond, func() { <-tokens })
	})
	well("channel_of_work_in_closure", func() {
		// Only a closure that a timer keeps refers to the sending end.
		in := make(chan int)
		var again func()
		again = func() {
			select {
			case in <- 1:
			default:
			}
			time.AfterFunc(time.Second, again)
		}
		again()
		go listen(in)
	})
	well("nested_read_locks", func() {
		s := newStore()
		every(20, time.Millisecond, func() {
			s.mu.RLock()
			defer s.mu.RUnlock()
			pause(10 * time.Millisecond)
		})
		every(2, 20*time.Millisecond, func() { s.put(1) })
	})
	well("lock_across_channel", func() {
		// A lock is held while another goroutine answers: slow, but it moves.
		var mu sync.Mutex
		ask, answer := make(chan int), make(chan int)
		every(1, 1, func() { n := <-ask; pause(10 * time.Millisecond); answer <- n })
		every(10, time.Millisecond, func() {
			mu.Lock()
			defer mu.Unlock()
			ask <- 1
			<-answer
		})
	})
}
