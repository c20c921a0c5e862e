// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// broker publishes under its lock; a subscriber that leaves wants the lock instead of the message.
type broker struct {
	mu   sync.Mutex
	subs map[chan string]bool
}

func (b *broker) publish(message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for sub := range b.subs {
		sub <- message
	}
}

func (b *broker) subscribe() chan string {
	b.mu.Lock()
	defer b.mu.Unlock()
	sub := make(chan string)
	b.subs[sub] = true
	return sub
}

func (b *broker) unsubscribe(sub chan string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subs, sub)
}

func (b *broker) listenOnce(sub chan string) {
	<-sub
	time.Sleep(50 * time.Millisecond)
	b.unsubscribe(sub)
}

func unsubscribeUnderLock(b *broker) {
	sub := b.subscribe()
	go b.listenOnce(sub)
	b.publish("one")
	go b.publish("two")
}

var globalBroker = &broker{subs: map[chan string]bool{}}

// served hands work to its pool under a lock that the work wants, too, as every handler of a server could come to.
type served struct {
	mu   sync.RWMutex
	work chan func()
}

func (s *served) run() {
	for task := range s.work {
		task()
	}
}

func (s *served) look() {
	s.mu.RLock()
	defer s.mu.RUnlock()
}

func (s *served) publish() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.work <- s.look
}

func (s *served) change() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

func (s *served) fill() {
	gate := make(chan bool)
	for i := 0; i < 3; i++ {
		go s.run()
		s.work <- func() { <-gate; s.look() }
	}
	go s.publish()
	time.Sleep(50 * time.Millisecond)
	go s.change()
	time.Sleep(50 * time.Millisecond)
	close(gate)
}

var globalServed = &served{work: make(chan func())}

// logger sends lines to a goroutine that logs, too.
type logger struct {
	mu    sync.Mutex
	lines chan string
}

func (l *logger) log(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines <- line
}

func (l *logger) drain() {
	for range l.lines {
		time.Sleep(50 * time.Millisecond)
		l.log("wrote a line")
	}
}

func (l *logger) logTwice() {
	l.log("a")
	l.log("b")
}

// service waits for its loop under the lock that the loop takes.
type service struct {
	mu      sync.Mutex
	stopped chan struct{}
	done    chan struct{}
	ticks   int
}

func newService() *service {
	s := &service{stopped: make(chan struct{}), done: make(chan struct{})}
	go s.loop()
	return s
}

func (s *service) loop() {
	defer close(s.done)
	<-s.stopped
	s.tick()
}

func (s *service) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticks++
}

func (s *service) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.stopped)
	<-s.done
}

func (s *service) stopWithoutDefer() {
	s.mu.Lock()
	close(s.stopped)
	<-s.done
	s.mu.Unlock()
}

var globalService *service

// batch waits for workers that need its lock.
type batch struct {
	mu  sync.Mutex
	wg  sync.WaitGroup
	sum int
}

func (b *batch) add(n int) {
	defer b.wg.Done()
	b.mu.Lock()
	b.sum += n
	b.mu.Unlock()
}

func (b *batch) run() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := 0; i < 3; i++ {
		b.wg.Add(1)
		go b.add(i)
	}
	b.wg.Wait()
}

// queue waits for items under a second lock that the producer needs.
type queue struct {
	outer sync.Mutex
	cond  *sync.Cond
	items []int
}

func (q *queue) take() {
	q.outer.Lock()
	defer q.outer.Unlock()
	q.cond.L.Lock()
	defer q.cond.L.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
}

func (q *queue) put(n int) {
	q.outer.Lock()
	defer q.outer.Unlock()
	q.cond.L.Lock()
	q.items = append(q.items, n)
	q.cond.L.Unlock()
	q.cond.Signal()
}

// session's timer wants the lock that is held by who waits for the timer.
type session struct {
	mu      sync.Mutex
	expired chan struct{}
}

func (s *session) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.expired)
}

func (s *session) waitExpired() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.AfterFunc(20*time.Millisecond, s.expire)
	<-s.expired
}

// resource is released by a finalizer that needs the lock of who waits for it.
type resource struct{ data [64]byte }

func awaitFinalizer() {
	mu, released := &sync.Mutex{}, make(chan struct{})
	makeGarbage(func() {
		mu.Lock()
		defer mu.Unlock()
		close(released)
	})
	mu.Lock()
	defer mu.Unlock()
	runtime.GC()
	<-released
}

func makeGarbage(release func()) {
	runtime.SetFinalizer(&resource{}, func(*resource) { release() })
}

// table's readers wait for the writer through a channel.
type table struct {
	mu    sync.RWMutex
	ready chan struct{}
}

func (t *table) readWhenReady() {
	t.mu.RLock()
	defer t.mu.RUnlock()
	<-t.ready
}

func (t *table) fill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.ready)
}

func readersWait() {
	t := &table{ready: make(chan struct{})}
	for i := 0; i < 3; i++ {
		go t.readWhenReady()
	}
	time.Sleep(20 * time.Millisecond)
	go t.fill()
}

// A database with one connection, whose rows are never closed.
type fakeDriver struct{}
type fakeConn struct{}
type fakeStmt struct{}
type fakeRows struct{}

func (fakeDriver) Open(string) (driver.Conn, error)         { return fakeConn{}, nil }
func (fakeConn) Prepare(string) (driver.Stmt, error)        { return fakeStmt{}, nil }
func (fakeConn) Close() error                               { return nil }
func (fakeConn) Begin() (driver.Tx, error)                  { return nil, io.EOF }
func (fakeStmt) Close() error                               { return nil }
func (fakeStmt) NumInput() int                              { return 0 }
func (fakeStmt) Exec([]driver.Value) (driver.Result, error) { return nil, io.EOF }
func (fakeStmt) Query([]driver.Value) (driver.Rows, error)  { return fakeRows{}, nil }
func (fakeRows) Columns() []string                          { return []string{"a"} }
func (fakeRows) Close() error                               { return nil }
func (fakeRows) Next(values []driver.Value) error           { values[0] = int64(1); return nil }

func queryOnce(db *sql.DB) {
	rows, err := db.Query("select 1")
	if err == nil {
		rows.Next()
	}
}

func openFake() *sql.DB {
	sql.Register("fake", fakeDriver{})
	db, err := sql.Open("fake", "")
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// queryInRows asks for a second connection while it reads from the only one.
func queryInRows(db *sql.DB) {
	rows, err := db.Query("outer")
	if err != nil {
		return
	}
	defer rows.Close()
	for rows.Next() {
		queryOnce(db)
	}
}

func rowsInRows() {
	db := openFake()
	for i := 0; i < 3; i++ {
		go queryInRows(db)
	}
}

func rowsNotClosed() {
	db := openFake()
	queryOnce(db)
	for i := 0; i < 3; i++ {
		go queryOnce(db)
	}
}

// site answers while two of its requests are stuck.
type site struct {
	users, posts sync.Mutex
}

func (s *site) userPosts(w http.ResponseWriter, r *http.Request) {
	s.users.Lock()
	defer s.users.Unlock()
	time.Sleep(50 * time.Millisecond)
	s.posts.Lock()
	defer s.posts.Unlock()
}

func (s *site) postUser(w http.ResponseWriter, r *http.Request) {
	s.posts.Lock()
	defer s.posts.Unlock()
	time.Sleep(50 * time.Millisecond)
	s.users.Lock()
	defer s.users.Unlock()
}

func serveSite() {
	s, mux := &site{}, http.NewServeMux()
	mux.HandleFunc("/userPosts", s.userPosts)
	mux.HandleFunc("/postUser", s.postUser)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	go http.Serve(listener, mux)
	ask := func(path string) {
		if answer, err := http.Get("http://" + listener.Addr().String() + path); err == nil {
			answer.Body.Close()
		}
	}
	go ask("/userPosts")
	go ask("/postUser")
	time.Sleep(100 * time.Millisecond)
	for i := 0; i < 6; i++ {
		go ask("/userPosts")
		ask("/healthz")
	}
	time.Sleep(50 * time.Millisecond)
}

// cache fills itself under its lock, through workers that look into it.
type cache struct {
	mu    sync.Mutex
	items map[int]int
	jobs  chan int
	out   chan int
}

func (c *cache) worker() {
	for n := range c.jobs {
		c.mu.Lock()
		known := c.items[n]
		c.mu.Unlock()
		c.out <- known
	}
}

func (c *cache) refill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := 0; i < 4; i++ {
		c.jobs <- i
		c.items[i] = <-c.out
	}
}

func (c *cache) get(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items[n]
}

func refillCache() {
	c := &cache{items: map[int]int{}, jobs: make(chan int), out: make(chan int)}
	for i := 0; i < 2; i++ {
		go c.worker()
	}
	go c.refill()
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < 30; i++ {
		go c.get(i)
	}
}

// hanging holds a lock and waits for a channel that nobody serves.
type hanging struct {
	mu  sync.Mutex
	out chan int
}

func (h *hanging) emit() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.out <- 1
}

// task keeps its context, whose cancel is lost.
type task struct {
	ctx context.Context
	mu  sync.Mutex
}

func (t *task) waitUnder() {
	t.mu.Lock()
	defer t.mu.Unlock()
	<-t.ctx.Done()
}

func init() {
	const cycle = "cycle"
	stuck("unsubscribe", cycle, "deadlock", "main.(*broker).publish", func() {
		unsubscribeUnderLock(&broker{subs: map[chan string]bool{}})
	})
	unprovable("unsubscribe_global", cycle, "deadlock", "main.(*broker).publish", func() { unsubscribeUnderLock(globalBroker) })
	stuck("served_global", cycle, "deadlock", "main.(*served).publish", globalServed.fill)
	stuck("served", cycle, "deadlock", "main.(*served).publish", (&served{work: make(chan func())}).fill)
	stuck("logger", cycle, "deadlock", "main.(*logger).log", func() {
		l := &logger{lines: make(chan string)}
		go l.drain()
		go l.logTwice()
		time.Sleep(100 * time.Millisecond)
	})
	stuck("stop_under_lock", cycle, "deadlock", "main.(*service).stop", func() { go newService().stop() })
	unprovable("stop_global", cycle, "deadlock", "main.(*service).stop", func() {
		globalService = newService()
		go globalService.stop()
	})
	stuck("stop_no_defer", cycle, "deadlock", "main.(*service).stopWithoutDefer", func() { go newService().stopWithoutDefer() })
	stuck("batch", cycle, "deadlock", "main.(*batch).run", func() { go (&batch{}).run() })
	stuck("cond_outer", "cycle orphan", "deadlock", "main.(*queue).take", func() {
		q := &queue{cond: sync.NewCond(&sync.Mutex{})}
		go q.take()
		time.Sleep(20 * time.Millisecond)
		go q.put(1)
	})
	stuck("timer", cycle, "deadlock", "main.(*session).waitExpired", func() {
		s := &session{expired: make(chan struct{})}
		go s.waitExpired()
		time.Sleep(50 * time.Millisecond)
	})
	unprovable("finalizer", cycle, "deadlock", "main.awaitFinalizer", func() { go awaitFinalizer(); time.Sleep(50 * time.Millisecond) })
	stuck("readers_wait", "cycle orphan", "deadlock", "main.(*table).readWhenReady", readersWait)
	unprovable("rows_in_rows", "orphan self", "deadlock leak", "main.queryInRows main.queryOnce", rowsInRows)
	unprovable("rows_not_closed", "orphan convoy none", "deadlock leak warning", "main.queryOnce", rowsNotClosed)
	stuck("site", cycle, "deadlock", "main.(*site).userPosts main.(*site).postUser", serveSite)
	stuck("refill_cache", cycle, "deadlock", "main.(*cache).refill", refillCache)
	stuck("lock_and_orphan", "orphan", "deadlock", "main.(*hanging).emit", func() {
		h := &hanging{out: make(chan int)}
		for i := 0; i < 6; i++ {
			go h.emit()
		}
	})
	stuck("lock_and_context", "orphan", "deadlock", "main.(*task).waitUnder", func() {
		ctx, cancel := context.WithCancel(context.Background())
		_ = cancel
		t := &task{ctx: ctx}
		for i := 0; i < 3; i++ {
			go t.waitUnder()
		}
	})
}
