// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

// Functions that take or release a lock for their callers, and those who call them.

//go:noinline
func take(m *sync.Mutex) { m.Lock() }

//go:noinline
func release(m *sync.Mutex) { m.Unlock() }

//go:noinline
func (w *worker) callsFunctions(m *sync.Mutex, i int) {
	w.note(i, throughFunctions, forWriting, changing)
	take(m)
	w.note(i, throughFunctions, forWriting, holding)
	w.inside(i)
	w.note(i, throughFunctions, forWriting, changing)
	release(m)
	w.note(i, throughFunctions, forWriting, nothing)
}

//go:noinline
func (c *cache) begin() {
	c.lock()
	c.hits++
}

//go:noinline
func (c *cache) end() {
	c.hits++
	c.unlock()
}

//go:noinline
func (w *worker) wrapsTwice(c *cache, i int) {
	w.note(i, throughTwo, forWriting, changing)
	c.begin()
	w.note(i, throughTwo, forWriting, holding)
	w.inside(i)
	w.note(i, throughTwo, forWriting, changing)
	c.end()
	w.note(i, throughTwo, forWriting, nothing)
}

// around has the lock while something else is done.
//
//go:noinline
func (c *cache) around(before, do, after func()) {
	c.mu.Lock()
	before()
	do()
	after()
	c.mu.Unlock()
}

//go:noinline
func (w *worker) isCalledBack(c *cache, i int) {
	w.note(i, calledBack, forWriting, changing)
	c.around(
		func() { w.note(i, calledBack, forWriting, holding) },
		func() { w.inside(i) },
		func() { w.note(i, calledBack, forWriting, changing) })
	w.note(i, calledBack, forWriting, nothing)
}

// acquire returns what has to be called in the end.
//
//go:noinline
func (c *cache) acquire() func() {
	c.mu.Lock()
	return func() {
		c.hits++
		c.mu.Unlock()
	}
}

//go:noinline
func (w *worker) returnsRelease(c *cache, i int) {
	w.note(i, releaseReturned, forWriting, changing)
	release := c.acquire()
	w.note(i, releaseReturned, forWriting, holding)
	w.inside(i)
	w.note(i, releaseReturned, forWriting, changing)
	release()
	w.note(i, releaseReturned, forWriting, nothing)
}

// finish releases the lock in the middle of what it does.
//
//go:noinline
func (c *cache) finish(w *worker, i int) {
	w.rest()
	w.note(i, unlockedBelow, forWriting, changing)
	c.mu.Unlock()
	w.note(i, unlockedBelow, forWriting, nothing)
	w.rest()
}

//go:noinline
func (w *worker) unlocksBelow(c *cache, i int) {
	w.note(i, unlockedBelow, forWriting, changing)
	c.mu.Lock()
	w.note(i, unlockedBelow, forWriting, holding)
	w.inside(i)
	c.finish(w, i)
	w.rest()
}

// locker locks what belongs to somebody else.
type locker struct {
	used   int
	caches []*cache
}

//go:noinline
func (l *locker) lock(c *cache) {
	l.used++
	c.mu.Lock()
}

//go:noinline
func (l *locker) unlock(c *cache) {
	c.mu.Unlock()
}

//go:noinline
func (w *worker) locksAnothers(c *cache, i int) {
	l := &locker{caches: caches}
	w.note(i, byAnother, forWriting, changing)
	l.lock(c)
	w.note(i, byAnother, forWriting, holding)
	w.inside(i)
	w.note(i, byAnother, forWriting, changing)
	l.unlock(c)
	w.note(i, byAnother, forWriting, nothing)
}

//go:noinline
func (w *worker) locksOnCondition(m *sync.Mutex, i int, wanted bool) {
	w.note(i, onCondition, forWriting, changing)
	if wanted {
		m.Lock()
	}
	w.note(i, onCondition, forWriting, holding)
	w.inside(i)
	w.note(i, onCondition, forWriting, changing)
	if wanted {
		m.Unlock()
	}
	w.note(i, onCondition, forWriting, nothing)
}

//go:noinline
func (w *worker) defersMethod(c *cache, i int) {
	w.note(i, deferredMethod, forWriting, changing)
	c.lock()
	defer w.note(i, deferredMethod, forWriting, nothing)
	defer c.unlock()
	defer w.note(i, deferredMethod, forWriting, changing)
	w.note(i, deferredMethod, forWriting, holding)
	w.inside(i)
}

//go:noinline
func (w *worker) defersRelease(c *cache, i int) {
	w.note(i, deferredRelease, forWriting, changing)
	release := c.acquire()
	defer w.note(i, deferredRelease, forWriting, nothing)
	defer release()
	defer w.note(i, deferredRelease, forWriting, changing)
	w.note(i, deferredRelease, forWriting, holding)
	w.inside(i)
}

//go:noinline
func (c *cache) aroundWithDefer(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

//go:noinline
func (w *worker) defersAround(c *cache, i int) {
	w.note(i, deferredAround, forWriting, changing)
	c.aroundWithDefer(func() {
		w.note(i, deferredAround, forWriting, holding)
		w.inside(i)
		w.note(i, deferredAround, forWriting, changing)
	})
	w.note(i, deferredAround, forWriting, nothing)
}
