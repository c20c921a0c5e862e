// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"unsafe"
)

// The locks, as programs have them: in structures behind pointers, embedded, in slices, in globals.

type cache struct {
	name  string
	items map[string]int
	mu    sync.Mutex
	hits  int
}

type counter struct {
	sync.Mutex
	n int
}

type hub struct {
	clients int
	guard   *sync.Mutex
}

type shared struct {
	values [4]int
	sync.RWMutex
}

type registry struct {
	inner struct {
		lock    sync.RWMutex
		entries []int
	}
}

var (
	caches     []*cache
	counters   []counter
	hubs       []hub
	shareds    []*shared
	registries []registry
	global     sync.Mutex
	globalHub  struct {
		n  int
		rw sync.RWMutex
	}
)

func makeLocks() {
	for i := 0; i < *lockCount; i++ {
		caches = append(caches, &cache{name: "cache"})
		hubs = append(hubs, hub{guard: new(sync.Mutex)})
		shareds = append(shareds, &shared{})
	}
	counters = make([]counter, *lockCount)
	registries = make([]registry, *lockCount)
}

// The kind of a lock that is no RWMutex; lock 0 is a global.
func kind(i int) int { return i / 3 % 3 }

func mutex(i int) *sync.Mutex {
	if i == 0 {
		return &global
	}
	switch kind(i) {
	case 0:
		return &caches[i].mu
	case 1:
		return &counters[i].Mutex
	default:
		return hubs[i].guard
	}
}

func rwmutex(i int) *sync.RWMutex {
	if i == 2 {
		return &globalHub.rw
	}
	if i%2 == 0 {
		return &shareds[i].RWMutex
	}
	return &registries[i].inner.lock
}

func addressOf(i int) uintptr {
	if i%3 == 2 {
		return uintptr(unsafe.Pointer(rwmutex(i)))
	}
	return uintptr(unsafe.Pointer(mutex(i)))
}

// The shapes of critical sections. Those below firstDeferred do without defer.
const (
	plain = iota
	earlyReturn
	inLoop
	inClosure
	lending
	lendingBelow
	throughWrapper
	tried
	throughFunctions
	throughTwo
	calledBack
	releaseReturned
	unlockedBelow
	byAnother
	onCondition
	firstDeferred
	deferred
	deferredClosure
	deferredLocker
	deferredLending
	deferredMethod
	deferredRelease
	deferredAround
)

// section is a way to have a mutex for a while.
type section func(w *worker, i int)

var plainSections, deferredSections []section

// Those of plainSections that are at home with a cache.
var forCaches = map[int]bool{0: true, 5: true, 8: true, 9: true, 10: true, 11: true, 12: true}

func init() {
	plainSections = []section{
		func(w *worker, i int) { w.returnsEarly(caches[i], i) },
		(*worker).loops,
		(*worker).closes,
		func(w *worker, i int) { w.lends(mutex(i), i) },
		func(w *worker, i int) { w.lendsBelow(mutex(i), i) },
		func(w *worker, i int) { w.wraps(caches[i], i) },
		func(w *worker, i int) { w.tries(mutex(i), i) },
		func(w *worker, i int) { w.callsFunctions(mutex(i), i) },
		func(w *worker, i int) { w.wrapsTwice(caches[i], i) },
		func(w *worker, i int) { w.isCalledBack(caches[i], i) },
		func(w *worker, i int) { w.returnsRelease(caches[i], i) },
		func(w *worker, i int) { w.unlocksBelow(caches[i], i) },
		func(w *worker, i int) { w.locksAnothers(caches[i], i) },
		func(w *worker, i int) { w.locksOnCondition(mutex(i), i, true) },
	}
	deferredSections = []section{
		func(w *worker, i int) { w.defers(mutex(i), i) },
		func(w *worker, i int) { w.defersClosure(mutex(i), i) },
		func(w *worker, i int) { w.defersLocker(mutex(i), i) },
		func(w *worker, i int) { w.defersAndLends(mutex(i), i) },
		func(w *worker, i int) { w.defersMethod(caches[i], i) },
		func(w *worker, i int) { w.defersRelease(caches[i], i) },
		func(w *worker, i int) { w.defersAround(caches[i], i) },
	}
}

func (w *worker) useMutex(i int) {
	if i == 0 {
		w.usesGlobal(i)
		return
	}
	if shape := w.random.Intn(len(plainSections) * 3 / 2); shape < len(plainSections) {
		if kind(i) == 0 || !forCaches[shape] {
			plainSections[shape](w, i)
			return
		}
	} else if shape = w.random.Intn(len(deferredSections)); !*withoutDefer && (kind(i) == 0 || shape < 4) {
		deferredSections[shape](w, i)
		return
	}
	switch kind(i) {
	case 0:
		caches[i].plainly(w, i)
	case 1:
		counters[i].plainly(w, i)
	default:
		hubs[i].plainly(w, i)
	}
}

//go:noinline
func (c *cache) plainly(w *worker, i int) {
	w.note(i, plain, forWriting, changing)
	c.mu.Lock()
	w.note(i, plain, forWriting, holding)
	w.inside(i)
	c.hits++
	w.note(i, plain, forWriting, changing)
	c.mu.Unlock()
	w.note(i, plain, forWriting, nothing)
}

//go:noinline
func (c *counter) plainly(w *worker, i int) {
	w.note(i, plain, forWriting, changing)
	c.Lock()
	w.note(i, plain, forWriting, holding)
	w.inside(i)
	w.note(i, plain, forWriting, changing)
	c.Unlock()
	w.note(i, plain, forWriting, nothing)
}

//go:noinline
func (h *hub) plainly(w *worker, i int) {
	w.note(i, plain, forWriting, changing)
	h.guard.Lock()
	w.note(i, plain, forWriting, holding)
	w.inside(i)
	w.note(i, plain, forWriting, changing)
	h.guard.Unlock()
	w.note(i, plain, forWriting, nothing)
}

//go:noinline
func (w *worker) usesGlobal(i int) {
	w.note(i, plain, forWriting, changing)
	global.Lock()
	w.note(i, plain, forWriting, holding)
	w.inside(i)
	w.note(i, plain, forWriting, changing)
	global.Unlock()
	w.note(i, plain, forWriting, nothing)
}

//go:noinline
func (w *worker) returnsEarly(c *cache, i int) int {
	w.note(i, earlyReturn, forWriting, changing)
	c.mu.Lock()
	w.note(i, earlyReturn, forWriting, holding)
	if w.random.Intn(2) == 0 {
		w.inside(i)
		w.note(i, earlyReturn, forWriting, changing)
		c.mu.Unlock()
		w.note(i, earlyReturn, forWriting, nothing)
		w.rest()
		return 0
	}
	for n := 0; n < 2; n++ {
		w.rest()
	}
	w.note(i, earlyReturn, forWriting, changing)
	c.mu.Unlock()
	w.note(i, earlyReturn, forWriting, nothing)
	w.rest()
	return c.hits
}

//go:noinline
func (w *worker) loops(i int) {
	for n, m := range []*sync.Mutex{mutex(i), mutex(i)} {
		w.note(i, inLoop, forWriting, changing)
		m.Lock()
		w.note(i, inLoop, forWriting, holding)
		if n%2 == 0 {
			w.inside(i)
		} else {
			w.rest()
		}
		w.note(i, inLoop, forWriting, changing)
		m.Unlock()
		w.note(i, inLoop, forWriting, nothing)
	}
}

//go:noinline
func (w *worker) closes(i int) {
	m := mutex(i)
	done := make(chan bool)
	call(func() {
		w.note(i, inClosure, forWriting, changing)
		m.Lock()
		w.note(i, inClosure, forWriting, holding)
		w.inside(i)
		w.note(i, inClosure, forWriting, changing)
		m.Unlock()
		w.note(i, inClosure, forWriting, nothing)
		close(done)
	})
	<-done
}

//go:noinline
func call(f func()) { f() }

// lends gives the lock up while it rests.
//
//go:noinline
func (w *worker) lends(m *sync.Mutex, i int) {
	w.note(i, lending, forWriting, changing)
	m.Lock()
	w.note(i, lending, forWriting, holding)
	w.rest()
	w.note(i, lending, forWriting, changing)
	m.Unlock()
	w.note(i, lending, forWriting, lent)
	w.rest()
	w.note(i, lending, forWriting, changing)
	m.Lock()
	w.note(i, lending, forWriting, holding)
	w.rest()
	w.note(i, lending, forWriting, changing)
	m.Unlock()
	w.note(i, lending, forWriting, nothing)
}

//go:noinline
func (w *worker) lendsBelow(m *sync.Mutex, i int) {
	w.note(i, lendingBelow, forWriting, changing)
	m.Lock()
	w.note(i, lendingBelow, forWriting, holding)
	w.rest()
	w.withoutLock(m, i, lendingBelow)
	w.rest()
	w.note(i, lendingBelow, forWriting, changing)
	m.Unlock()
	w.note(i, lendingBelow, forWriting, nothing)
}

//go:noinline
func (w *worker) withoutLock(m *sync.Mutex, i, shape int) {
	w.note(i, shape, forWriting, changing)
	m.Unlock()
	w.note(i, shape, forWriting, lent)
	w.rest()
	w.note(i, shape, forWriting, changing)
	m.Lock()
	w.note(i, shape, forWriting, holding)
}

//go:noinline
func (c *cache) lock() { c.mu.Lock() }

//go:noinline
func (c *cache) unlock() { c.mu.Unlock() }

//go:noinline
func (w *worker) wraps(c *cache, i int) {
	w.note(i, throughWrapper, forWriting, changing)
	c.lock()
	w.note(i, throughWrapper, forWriting, holding)
	w.inside(i)
	w.note(i, throughWrapper, forWriting, changing)
	c.unlock()
	w.note(i, throughWrapper, forWriting, nothing)
}

//go:noinline
func (w *worker) defers(m *sync.Mutex, i int) {
	w.note(i, deferred, forWriting, changing)
	m.Lock()
	defer w.note(i, deferred, forWriting, nothing)
	defer m.Unlock()
	defer w.note(i, deferred, forWriting, changing)
	w.note(i, deferred, forWriting, holding)
	w.inside(i)
}

//go:noinline
func (w *worker) defersClosure(m *sync.Mutex, i int) {
	w.note(i, deferredClosure, forWriting, changing)
	m.Lock()
	defer func() {
		w.note(i, deferredClosure, forWriting, changing)
		m.Unlock()
		w.note(i, deferredClosure, forWriting, nothing)
	}()
	w.note(i, deferredClosure, forWriting, holding)
	w.inside(i)
}

//go:noinline
func (w *worker) defersLocker(l sync.Locker, i int) {
	w.note(i, deferredLocker, forWriting, changing)
	l.Lock()
	defer w.note(i, deferredLocker, forWriting, nothing)
	defer l.Unlock()
	defer w.note(i, deferredLocker, forWriting, changing)
	w.note(i, deferredLocker, forWriting, holding)
	w.inside(i)
}

//go:noinline
func (w *worker) defersAndLends(m *sync.Mutex, i int) {
	w.note(i, deferredLending, forWriting, changing)
	m.Lock()
	defer w.note(i, deferredLending, forWriting, nothing)
	defer m.Unlock()
	defer w.note(i, deferredLending, forWriting, changing)
	w.note(i, deferredLending, forWriting, holding)
	w.rest()
	w.withoutLock(m, i, deferredLending)
	w.rest()
}

func (w *worker) useShared(i int) {
	rw := rwmutex(i)
	shape := w.random.Intn(6)
	if *withoutDefer && shape > 3 {
		shape -= 2
	}
	switch shape {
	case 0, 1:
		w.reads(rw, i)
	case 2:
		w.writes(rw, i)
	case 4:
		w.defersRead(rw, i)
	case 5:
		w.defersWrite(rw, i)
	default:
		if i%2 == 0 && i != 2 {
			shareds[i].get(w, i)
		} else {
			w.reads(rw, i)
		}
	}
}

//go:noinline
func (s *shared) get(w *worker, i int) int {
	w.note(i, plain, forReading, changing)
	s.RLock()
	w.note(i, plain, forReading, holding)
	w.inside(i)
	n := s.values[0]
	w.note(i, plain, forReading, changing)
	s.RUnlock()
	w.note(i, plain, forReading, nothing)
	return n
}

//go:noinline
func (w *worker) reads(rw *sync.RWMutex, i int) {
	w.note(i, plain, forReading, changing)
	rw.RLock()
	w.note(i, plain, forReading, holding)
	w.inside(i)
	w.note(i, plain, forReading, changing)
	rw.RUnlock()
	w.note(i, plain, forReading, nothing)
}

//go:noinline
func (w *worker) writes(rw *sync.RWMutex, i int) {
	w.note(i, plain, forWriting, changing)
	rw.Lock()
	w.note(i, plain, forWriting, holding)
	w.inside(i)
	w.note(i, plain, forWriting, changing)
	rw.Unlock()
	w.note(i, plain, forWriting, nothing)
}

//go:noinline
func (w *worker) defersRead(rw *sync.RWMutex, i int) {
	w.note(i, deferred, forReading, changing)
	rw.RLock()
	defer w.note(i, deferred, forReading, nothing)
	defer rw.RUnlock()
	defer w.note(i, deferred, forReading, changing)
	w.note(i, deferred, forReading, holding)
	w.inside(i)
}

//go:noinline
func (w *worker) defersWrite(rw *sync.RWMutex, i int) {
	w.note(i, deferred, forWriting, changing)
	rw.Lock()
	defer w.note(i, deferred, forWriting, nothing)
	defer rw.Unlock()
	defer w.note(i, deferred, forWriting, changing)
	w.note(i, deferred, forWriting, holding)
	w.inside(i)
}
