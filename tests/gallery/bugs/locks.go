// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"net"
	"runtime"
	"sync"
	"time"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) transfer(to *account, both *sync.WaitGroup) {
	a.mu.Lock()
	defer a.mu.Unlock()
	both.Done()
	both.Wait()
	to.mu.Lock()
	defer to.mu.Unlock()
	a.balance, to.balance = a.balance-1, to.balance+1
}

// plain is the same without a deferred call.
func (a *account) plainTransfer(to *account, both *sync.WaitGroup) {
	a.mu.Lock()
	both.Done()
	both.Wait()
	to.mu.Lock()
	a.balance, to.balance = a.balance-1, to.balance+1
	to.mu.Unlock()
	a.mu.Unlock()
}

func opposite() {
	a, b, both := &account{}, &account{}, &sync.WaitGroup{}
	both.Add(2)
	go a.transfer(b, both)
	go b.transfer(a, both)
}

var globalA, globalB account

// self transfers to itself; whom it asks for cannot be told from the code.
func self() {
	a := &account{}
	var both sync.WaitGroup
	both.Add(1)
	go a.transfer(a, &both)
}

// lockTable gives each key a lock of its own, and asks for the key's while it holds that of the table.
type lockTable struct {
	sync.RWMutex
	locks map[string]*sync.Mutex
}

func (t *lockTable) take(key string) {
	t.Lock()
	if t.locks[key] == nil {
		t.locks[key] = &sync.Mutex{}
	}
	t.locks[key].Lock()
	t.Unlock()
}

func (t *lockTable) give(key string) {
	t.RLock()
	defer t.RUnlock()
	if lock, ok := t.locks[key]; ok {
		lock.Unlock()
	}
}

func (t *lockTable) with(key string, call func()) {
	t.take(key)
	defer func() { t.give(key) }()
	call()
}

// keysBehindATable has one who gives back a key's lock wait for the table, which the next one for that key holds.
func keysBehindATable() {
	t := &lockTable{locks: map[string]*sync.Mutex{}}
	first := make(chan bool)
	go t.with("a", func() { first <- true; time.Sleep(50 * time.Millisecond) })
	<-first
	for i := 0; i < 3; i++ {
		go t.with("a", func() {})
	}
}

// registry calls back while it holds its lock.
type registry struct {
	mu    sync.Mutex
	items map[string]int
}

func (r *registry) each(visit func(string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.items {
		visit(name)
	}
}

func (r *registry) get(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.items[name]
}

func newRegistry() *registry { return &registry{items: map[string]int{"a": 1}} }

var globalRegistry = newRegistry()

func sumAll(r *registry) {
	sum := 0
	r.each(func(name string) { sum += r.get(name) })
}

// store forgets to unlock when it returns early.
type store struct {
	mu sync.Mutex
	n  int
}

func (s *store) put(n int) error {
	s.mu.Lock()
	if n < 0 {
		return errors.New("negative")
	}
	s.n = n
	s.mu.Unlock()
	return nil
}

func (s *store) read() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// bump locks what it has locked.
func (s *store) bump() {
	s.mu.Lock()
	if s.n > 0 {
		s.mu.Lock()
		s.n++
	}
	s.mu.Unlock()
}

// rounds goes on to the next round without unlocking.
func (s *store) rounds() {
	for i := 0; i < 3; i++ {
		s.mu.Lock()
		if s.n == 0 {
			continue
		}
		s.mu.Unlock()
	}
}

var globalStore store

func earlyReturn(s *store) {
	done := make(chan bool)
	go func() { s.put(-1); close(done) }()
	<-done
	for i := 0; i < 3; i++ {
		go s.read()
	}
}

// recovered panics between Lock and Unlock, and the caller goes on.
func (s *store) panics() {
	s.mu.Lock()
	var none map[string]int
	none["x"] = 1
	s.mu.Unlock()
}

func safely(call func()) {
	defer func() { recover() }()
	call()
}

// keyed has a lock for each key.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (k *keyed) lock(key string) *sync.Mutex {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.locks[key] == nil {
		k.locks[key] = &sync.Mutex{}
	}
	k.locks[key].Lock()
	return k.locks[key]
}

func (k *keyed) own(key string) *sync.Mutex {
	k.mu.Lock()
	lock := k.locks[key]
	if lock == nil {
		lock = &sync.Mutex{}
		k.locks[key] = lock
	}
	k.mu.Unlock()
	return lock
}

func (k *keyed) move(from, to string, both *sync.WaitGroup) {
	first := k.own(from)
	first.Lock()
	defer first.Unlock()
	both.Done()
	both.Wait()
	second := k.own(to)
	second.Lock()
	defer second.Unlock()
}

func lockBoth(first, second sync.Locker, both *sync.WaitGroup) {
	first.Lock()
	defer first.Unlock()
	both.Done()
	both.Wait()
	second.Lock()
	defer second.Unlock()
}

type counter struct {
	sync.Mutex
	n int
}

func (c *counter) add() {
	c.Lock()
	defer c.Unlock()
	c.log()
}

func (c *counter) log() int {
	c.Lock()
	defer c.Unlock()
	return c.n
}

// copied has a method on the value: it locks a copy of a locked lock.
type copied struct{ sync.Mutex }

func (c copied) read() {
	c.Lock()
	defer c.Unlock()
}

type config struct {
	mu     sync.RWMutex
	values map[string]string
}

func (c *config) get(key string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.values[key]
}

func (c *config) all(queued *sync.WaitGroup) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	queued.Wait()
	c.get("a")
}

func (c *config) reload() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values = nil
}

func (c *config) upgrade() {
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
}

func reentry(c *config) {
	var queued sync.WaitGroup
	queued.Add(1)
	go c.all(&queued)
	time.Sleep(20 * time.Millisecond)
	go c.reload()
	time.Sleep(50 * time.Millisecond)
	queued.Done()
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go c.get("b")
	}
}

var globalConfig config

// shards has a lock for each part of it.
type shards struct {
	all [16]struct {
		mu    sync.Mutex
		value int
	}
}

func (s *shards) add(i int) {
	s.all[i].mu.Lock()
	s.all[i].value++
	s.all[i].mu.Unlock()
}

func (s *shards) move(from, to int) {
	s.all[from].mu.Lock()
	time.Sleep(50 * time.Millisecond)
	s.all[to].mu.Lock()
	s.all[from].value--
	s.all[to].value++
	s.all[to].mu.Unlock()
	s.all[from].mu.Unlock()
}

type lazy struct {
	once  sync.Once
	value int
}

func (l *lazy) get() int {
	l.once.Do(l.fill)
	return l.value
}

// ask has the value filled in by whoever answers.
func (l *lazy) ask(answers <-chan int) int {
	l.once.Do(func() { l.value = <-answers })
	return l.value
}

func (l *lazy) fill() { l.value = l.get() + 1 }

func closures() {
	var a, b sync.Mutex
	var both sync.WaitGroup
	both.Add(2)
	under := func(lock *sync.Mutex, call func()) {
		lock.Lock()
		defer lock.Unlock()
		both.Done()
		both.Wait()
		call()
	}
	go under(&a, func() { b.Lock(); b.Unlock() })
	go under(&b, func() { a.Lock(); a.Unlock() })
}

// typo defers a second Lock where the Unlock was meant.
type typo struct {
	mu    sync.Mutex
	items map[string]int
}

func (t *typo) set(key string, n int) {
	t.mu.Lock()
	defer t.mu.Lock()
	t.items[key] = n
}

func (t *typo) get(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.items[key]
}

func setAndGet() {
	t := &typo{items: map[string]int{}}
	go t.set("a", 1)
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go t.get("a")
	}
	time.Sleep(20 * time.Millisecond)
}

func init() {
	proved("deferred_lock", "self", "deadlock", "main.(*typo).set", setAndGet)
	const cycle, transfer = "cycle", "main.(*account).transfer"
	stuck("ab_ba", cycle, "deadlock", transfer, opposite)
	stuck("ab_ba_sleeper", cycle, "deadlock", transfer, func() {
		opposite()
		go func() {
			for {
				time.Sleep(time.Hour)
			}
		}()
	})
	stuck("ab_ba_socket", cycle, "deadlock", transfer, func() {
		opposite()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			go listener.Accept()
		}
	})
	stuck("ab_ba_global", cycle, "deadlock", transfer, func() {
		both := &sync.WaitGroup{}
		both.Add(2)
		go globalA.transfer(&globalB, both)
		go globalB.transfer(&globalA, both)
	})
	stuck("ab_ba_no_defer", cycle, "deadlock", "main.(*account).plainTransfer", func() {
		a, b, both := &account{}, &account{}, &sync.WaitGroup{}
		both.Add(2)
		go a.plainTransfer(b, both)
		go b.plainTransfer(a, both)
	})
	proved("transfer_to_itself", "self", "deadlock", transfer, self)
	stuck("three_way", cycle, "deadlock", transfer, func() {
		a, b, c, all := &account{}, &account{}, &account{}, &sync.WaitGroup{}
		all.Add(3)
		go a.transfer(b, all)
		go b.transfer(c, all)
		go c.transfer(a, all)
	})
	stuck("ab_ba_table", cycle, "deadlock", "main.(*lockTable).take main.(*lockTable).give", keysBehindATable)
	stuck("ab_ba_keyed", cycle, "deadlock", "main.(*keyed).move", func() {
		k, both := &keyed{locks: map[string]*sync.Mutex{}}, &sync.WaitGroup{}
		both.Add(2)
		go k.move("a", "b", both)
		go k.move("b", "a", both)
	})
	stuck("keyed_under_lock", cycle, "deadlock", "main.(*keyed).lock", func() {
		// Who has the key wants the map, who has the map wants the key.
		k := &keyed{locks: map[string]*sync.Mutex{}}
		held := make(chan bool)
		go func() {
			lock := k.lock("a")
			defer lock.Unlock()
			close(held)
			time.Sleep(100 * time.Millisecond)
			k.own("b")
		}()
		<-held
		go k.lock("a")
		time.Sleep(150 * time.Millisecond)
	})
	stuck("ab_ba_interface", cycle, "deadlock", "main.lockBoth", func() {
		a, b, both := &sync.Mutex{}, &sync.RWMutex{}, &sync.WaitGroup{}
		both.Add(2)
		go lockBoth(a, b.RLocker(), both)
		go lockBoth(b, a, both)
	})
	stuck("ab_ba_closures", cycle, "deadlock", "main.closures", closures)
	proved("callback", "self", "deadlock", "main.(*registry).each main.(*registry).get", func() { go sumAll(newRegistry()) })
	proved("callback_global", "self", "deadlock", "main.(*registry).each main.(*registry).get", func() {
		go sumAll(globalRegistry)
		time.Sleep(50 * time.Millisecond)
		for i := 0; i < 5; i++ {
			go globalRegistry.get("a")
		}
	})
	stuck("early_return", "orphan", "deadlock leak", "main.(*store).put", func() { earlyReturn(&store{}) })
	unprovable("early_return_global", "orphan", "deadlock leak", "main.(*store).read", func() { earlyReturn(&globalStore) })
	proved("locked_twice", "self", "deadlock", "main.(*store).bump", func() {
		s := &store{n: 1}
		go s.bump()
		time.Sleep(50 * time.Millisecond)
		go s.read()
	})
	stuck("next_round", "orphan", "deadlock leak", "main.(*store).rounds", func() { go (&store{}).rounds() })
	stuck("recovered_panic", "orphan", "deadlock leak", "main.(*store).read", func() {
		s := &store{}
		safely(s.panics)
		for i := 0; i < 2; i++ {
			go s.read()
		}
	})
	stuck("goexit_with_lock", "orphan", "deadlock leak", "main.(*store).read", func() {
		s, gone := &store{}, make(chan bool)
		go func() {
			defer close(gone)
			s.mu.Lock()
			runtime.Goexit()
		}()
		<-gone
		go s.read()
	})
	stuck("embedded", "self", "deadlock", "main.(*counter).add main.(*counter).log", func() { go (&counter{}).add() })
	stuck("copied_lock", "orphan self", "deadlock leak", "main.copied.read", func() {
		c := &copied{}
		c.Lock()
		go c.read()
	})
	stuck("read_again", cycle, "deadlock", "main.(*config).all main.(*config).get", func() { reentry(&config{}) })
	stuck("read_again_global", cycle, "deadlock", "main.(*config).all main.(*config).get", func() { reentry(&globalConfig) })
	stuck("upgrade", "self", "deadlock", "main.(*config).upgrade", func() { go (&config{}).upgrade() })
	stuck("two_upgrades", "cycle self", "deadlock", "main.(*config).upgrade", func() {
		c, both := &config{}, &sync.WaitGroup{}
		both.Add(2)
		for i := 0; i < 2; i++ {
			go func() {
				c.mu.RLock()
				defer c.mu.RUnlock()
				both.Done()
				both.Wait()
				c.upgrade()
			}()
		}
	})
	stuck("once_unanswered", "orphan", "deadlock leak", "main.(*lazy).ask.func1 sync.(*Once).doSlow", func() {
		l, answers := &lazy{}, make(chan int)
		for i := 0; i < 4; i++ {
			go l.ask(answers)
		}
	})
	stuck("ab_ba_elements", cycle, "deadlock", "main.(*shards).move", func() {
		s := &shards{}
		go s.move(1, 2)
		go s.move(2, 1)
		time.Sleep(100 * time.Millisecond)
		go s.add(1)
	})
	stuck("once_recursion", "self", "deadlock", "main.(*lazy).get main.(*lazy).fill", func() { go (&lazy{}).get() })
}
