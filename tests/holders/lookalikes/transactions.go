// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync/atomic"
	"time"
)

// How many suspects have begun transactions.
const inTransactions = 6

// transaction has the lock of an object while it writes, until it is committed or rolled back.
type transaction struct {
	on     *object
	writes bool
	ended  int32
}

//go:noinline
func begin(o *object, writes bool) *transaction {
	if writes {
		o.mu.Lock()
	}
	return &transaction{on: o, writes: writes}
}

//go:noinline
func (t *transaction) finish() {
	if t.on == nil {
		return
	}
	if t.writes {
		t.on.mu.Unlock()
	}
	t.on = nil
}

//go:noinline
func (t *transaction) rollback() {
	if t.on == nil {
		return
	}
	t.on.name += "."
	t.finish()
}

// abort keeps what it worked on, and only a flag that all threads agree on tells that it has ended.
//
//go:noinline
func (t *transaction) abort() {
	if !atomic.CompareAndSwapInt32(&t.ended, 0, 1) {
		return
	}
	t.on.mu.Unlock()
}

// transactions starts suspects whose deferred calls would release a lock in another state of things. Who has it
// instead does not show it.
func transactions() {
	for _, suspect := range []func(*object){
		suspectCommitted, suspectReads, suspectAborted, suspectNeverBegan, suspectOtherLock, suspectDoesNotWrite,
	} {
		o := fresh("transaction")
		has := make(chan bool)
		go suspect(o)
		<-o.done
		go hiddenKeeper(o, has)
		<-has
		go waiter(o)
	}
}

//go:noinline
func take(o *object, really bool) {
	if really {
		o.mu.Lock()
	}
}

//go:noinline
func give(o *object, really bool) {
	if really {
		o.mu.Unlock()
	}
}

func hiddenKeeper(o *object, has chan<- bool) {
	take(o, true)
	has <- true
	time.Sleep(time.Hour)
	give(o, true)
}

//go:noinline
func suspectCommitted(o *object) {
	t := begin(o, true)
	defer func() {
		if t.on != nil {
			t.rollback()
		}
	}()
	t.finish()
	close(o.done)
	park()
}

//go:noinline
func suspectReads(o *object) {
	t := begin(o, false)
	defer t.rollback()
	close(o.done)
	park()
}

//go:noinline
func suspectAborted(o *object) {
	t := begin(o, true)
	defer t.abort()
	t.abort()
	close(o.done)
	park()
}

//go:noinline
func suspectNeverBegan(o *object) {
	var t *transaction
	defer func() {
		if t != nil {
			t.rollback()
		}
	}()
	close(o.done)
	park()
	t = begin(o, true)
}

//go:noinline
func suspectOtherLock(o *object) {
	t := begin(o.next, true)
	defer t.rollback()
	close(o.done)
	park()
}

//go:noinline
func suspectDoesNotWrite(o *object) {
	writes := false
	defer func() {
		if writes {
			o.mu.Unlock()
		}
	}()
	close(o.done)
	park()
	writes = true
	o.mu.Lock()
}
