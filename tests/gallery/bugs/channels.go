// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"io/ioutil"
	"net"
	"net/http"
	"sync"
	"time"
)

func sum(values []int, out chan int) {
	total := 0
	for _, v := range values {
		total += v
	}
	out <- total
}

// sumConcurrent forgets the second half.
func sumConcurrent(values []int) int {
	first, second := make(chan int), make(chan int)
	go sum(values[:len(values)/2], first)
	go sum(values[len(values)/2:], second)
	return <-first
}

func serveSums(requests int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	http.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) { sumConcurrent([]int{1, 2, 3, 4}) })
	go http.Serve(listener, nil)
	for i := 0; i < requests; i++ {
		if answer, err := http.Get("http://" + listener.Addr().String() + "/sum"); err == nil {
			io.Copy(ioutil.Discard, answer.Body)
			answer.Body.Close()
		}
	}
}

func work(n int, out chan<- int) { out <- n * n }

func fanOut(n int) int {
	out := make(chan int)
	for i := 0; i < n; i++ {
		go work(i, out)
	}
	return <-out
}

func generate(out chan<- int) {
	for i := 0; ; i++ {
		out <- i
	}
}

func square(in <-chan int, out chan<- int) {
	for n := range in {
		out <- n * n
	}
}

func firstSquare() int {
	numbers, squares := make(chan int), make(chan int)
	go generate(numbers)
	go square(numbers, squares)
	return <-squares
}

func consume(in <-chan int) {
	for range in {
	}
}

var globalResults = make(chan int)

// timedOut answers too late for whoever asked.
func askWithTimeout(answer func() int) int {
	result := make(chan int)
	go func() { result <- answer() }()
	select {
	case n := <-result:
		return n
	case <-time.After(20 * time.Millisecond):
		return 0
	}
}

func slowAnswer() int {
	time.Sleep(60 * time.Millisecond)
	return 1
}

func watch(ctx context.Context) { <-ctx.Done() }

func watchEvents(ctx context.Context, events <-chan int) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-events:
		}
	}
}

func lostCancel() {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	go watch(ctx)
}

// limiter counts in a channel.
type limiter chan bool

func (l limiter) acquire() { l <- true }
func (l limiter) release() { <-l }

// handle forgets to release after a failure.
func (l limiter) handle(fails bool) {
	l.acquire()
	if fails {
		return
	}
	l.release()
}

var globalLimiter = make(limiter, 2)

func exhaust(l limiter) {
	l.handle(true)
	l.handle(true)
	for i := 0; i < 4; i++ {
		go l.handle(false)
	}
}

// pool's workers submit to the pool.
type pool struct {
	tasks chan func()
}

func newPool(workers, room int) *pool {
	p := &pool{make(chan func(), room)}
	for i := 0; i < workers; i++ {
		go p.worker()
	}
	return p
}

func (p *pool) worker() {
	for task := range p.tasks {
		task()
	}
}

func (p *pool) submit(task func()) { p.tasks <- task }

func (p *pool) recurse() {
	time.Sleep(10 * time.Millisecond)
	for i := 0; i < 3; i++ {
		p.submit(p.recurse)
	}
}

var globalPool *pool

// limited runs so many tasks at once.
type limited struct {
	slots chan bool
	tasks sync.WaitGroup
}

func (l *limited) start(task func()) {
	l.slots <- true
	l.tasks.Add(1)
	go func() {
		defer func() { <-l.slots; l.tasks.Done() }()
		task()
	}()
}

func (l *limited) startTwo() {
	for i := 0; i < 2; i++ {
		l.start(func() {
			time.Sleep(50 * time.Millisecond)
			l.start(func() {})
		})
	}
	l.tasks.Wait()
}

func ping(mine, theirs chan int) {
	for {
		theirs <- 1
		<-mine
	}
}

func writePipe(w *io.PipeWriter) { w.Write([]byte("hello")) }
func readPipe(r *io.PipeReader)  { r.Read(make([]byte, 10)) }

func twoErrors() error {
	errs := make(chan error)
	for i := 0; i < 2; i++ {
		go fail(errs)
	}
	return <-errs
}

func fail(errs chan<- error) { errs <- io.EOF }

func receiveNil(byName map[string]chan int) { <-byName["missing"] }

func waitForReply(requests chan chan int) {
	reply := make(chan int)
	requests <- reply
	<-reply
}

func takeWithoutReply(requests chan chan int) {
	<-requests
}

func waitAll(workers *sync.WaitGroup) { workers.Wait() }

func failing(workers *sync.WaitGroup, fails bool) {
	if fails {
		return
	}
	workers.Done()
}

var globalWorkers sync.WaitGroup

func waitInside(workers *sync.WaitGroup) {
	defer workers.Done()
	workers.Wait()
}

func waitItem(c *sync.Cond) {
	c.L.Lock()
	defer c.L.Unlock()
	c.Wait()
}

var globalCond = sync.NewCond(&sync.Mutex{})

// limitedGroup is a group of goroutines with a limit.
type limitedGroup struct {
	wg  sync.WaitGroup
	sem chan bool
}

func (g *limitedGroup) start(task func()) {
	g.sem <- true
	g.wg.Add(1)
	go func() {
		defer func() { <-g.sem; g.wg.Done() }()
		task()
	}()
}

func nestedGroup() {
	g := &limitedGroup{sem: make(chan bool, 1)}
	g.start(func() { g.start(func() {}) })
	g.wg.Wait()
}

// flights runs one call for each key.
type flights struct {
	mu    sync.Mutex
	calls map[string]*flight
}

type flight struct {
	wg    sync.WaitGroup
	value int
}

func (f *flights) do(key string, call func() int) int {
	f.mu.Lock()
	if old := f.calls[key]; old != nil {
		f.mu.Unlock()
		old.wg.Wait()
		return old.value
	}
	now := &flight{}
	now.wg.Add(1)
	f.calls[key] = now
	f.mu.Unlock()
	now.value = call()
	now.wg.Done()
	return now.value
}

func sameFlight() {
	f := &flights{calls: map[string]*flight{}}
	f.do("a", func() int { return f.do("a", func() int { return 1 }) })
}

// eventLoop runs what is posted to it.
type eventLoop struct {
	events chan func()
}

func newEventLoop() *eventLoop { return &eventLoop{make(chan func())} }

func (l *eventLoop) run() {
	for event := range l.events {
		event()
	}
}

func (l *eventLoop) post(event func()) { l.events <- event }

func (l *eventLoop) postFromInside() {
	go l.run()
	go l.post(func() { l.post(func() {}) })
}

// ownWorkers are all about to give each other something to do.
func ownWorkers() {
	l := newEventLoop()
	for i := 0; i < 3; i++ {
		go l.run()
	}
	var all sync.WaitGroup
	all.Add(3)
	for i := 0; i < 3; i++ {
		go l.post(func() {
			all.Done()
			all.Wait()
			l.post(func() {})
		})
	}
}

type part struct {
	done chan bool
}

func (p *part) shutDown(after *part) {
	<-after.done
	close(p.done)
}

func init() {
	const leak, either, orphan = "leak", "deadlock leak", "orphan"
	stuck("leaky_sum", orphan, leak, "main.sum main.sumConcurrent", func() {
		for i := 0; i < 50; i++ {
			sumConcurrent([]int{1, 2, 3, 4})
		}
	})
	stuck("leaky_sum_http", orphan, leak, "main.sum main.sumConcurrent", func() { serveSums(50) })
	stuck("fan_out", orphan, leak, "main.work main.fanOut", func() { fanOut(20) })
	stuck("fan_out_one", orphan, leak, "main.work main.fanOut", func() { fanOut(2) })
	stuck("pipeline", orphan, either, "main.square main.firstSquare", func() { firstSquare() })
	stuck("never_closed", orphan, leak, "main.consume", func() {
		work := make(chan int)
		for i := 0; i < 3; i++ {
			go consume(work)
		}
		work <- 1
	})
	unprovable("global_send", orphan, leak, "main.work", func() {
		for i := 0; i < 5; i++ {
			go work(i, globalResults)
		}
	})
	stuck("late_answer", orphan, leak, "main.askWithTimeout main.askWithTimeout.func1", func() {
		askWithTimeout(slowAnswer)
		askWithTimeout(slowAnswer)
	})
	stuck("lost_cancel", orphan, leak, "main.watch", func() {
		for i := 0; i < 10; i++ {
			lostCancel()
		}
	})
	stuck("lost_cancel_select", orphan, leak, "main.watchEvents", func() {
		ctx, cancel := context.WithCancel(context.Background())
		_ = cancel
		go watchEvents(ctx, make(chan int))
	})
	stuck("limiter", orphan, leak, "main.limiter.handle main.limiter.acquire", func() { exhaust(make(limiter, 2)) })
	unprovable("limiter_global", orphan, leak, "main.limiter.handle main.limiter.acquire", func() { exhaust(globalLimiter) })
	stuck("pool_of_one", "self", "deadlock", "main.(*pool).recurse main.(*pool).submit", func() {
		p := newPool(1, 0)
		p.submit(p.recurse)
	})
	unprovable("pool_global", "self cycle", "deadlock", "main.(*pool).recurse main.(*pool).submit", func() {
		globalPool = newPool(2, 0)
		globalPool.submit(globalPool.recurse)
		globalPool.submit(globalPool.recurse)
	})
	stuck("limit_from_inside", "cycle", "deadlock", "main.(*limited).start main.(*limited).startTwo.func1", func() {
		go (&limited{slots: make(chan bool, 2)}).startTwo()
	})
	stuck("own_event_loop", "self", "deadlock", "main.(*eventLoop).post", func() { newEventLoop().postFromInside() })
	stuck("own_workers", "cycle", "deadlock", "main.(*eventLoop).post", ownWorkers)
	stuck("each_ends_after_the_other", "cycle", "deadlock", "main.(*part).shutDown", func() {
		a, b := &part{done: make(chan bool)}, &part{done: make(chan bool)}
		go a.shutDown(b)
		go b.shutDown(a)
	})
	stuck("both_send", "cycle", "deadlock", "main.ping", func() {
		ends := [2]chan int{make(chan int), make(chan int)}
		for i := range ends {
			go ping(ends[i], ends[1-i])
		}
	})
	stuck("pipe_writer", orphan, leak, "main.writePipe", func() { _, w := io.Pipe(); go writePipe(w) })
	stuck("pipe_reader", orphan, leak, "main.readPipe", func() { r, _ := io.Pipe(); go readPipe(r) })
	stuck("two_errors", orphan, leak, "main.fail main.twoErrors", func() { twoErrors() })
	stuck("nil_in_map", orphan, leak, "main.receiveNil", func() { go receiveNil(map[string]chan int{}) })
	stuck("no_reply", orphan, leak, "main.waitForReply", func() {
		requests := make(chan chan int)
		go waitForReply(requests)
		takeWithoutReply(requests)
	})
	stuck("missing_done", orphan, either, "main.waitAll", func() {
		var workers sync.WaitGroup
		workers.Add(3)
		for i := 0; i < 3; i++ {
			go failing(&workers, i == 1)
		}
		go waitAll(&workers)
	})
	unprovable("missing_done_global", orphan, either, "main.waitAll", func() {
		globalWorkers.Add(2)
		go failing(&globalWorkers, true)
		go failing(&globalWorkers, false)
		go waitAll(&globalWorkers)
	})
	stuck("wait_inside", "self orphan", "deadlock leak", "main.waitInside", func() {
		var workers sync.WaitGroup
		workers.Add(1)
		go waitInside(&workers)
	})
	stuck("lost_signal", orphan, either, "main.waitItem", func() {
		c := sync.NewCond(&sync.Mutex{})
		c.Signal()
		go waitItem(c)
	})
	stuck("nested_group", "self cycle", "deadlock", "main.nestedGroup.func1 main.(*limitedGroup).start", func() { go nestedGroup() })
	stuck("same_flight", "self orphan", "deadlock leak", "main.(*flights).do main.sameFlight.func1", func() { go sameFlight() })
}
