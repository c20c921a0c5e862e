// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

var suspects = map[string]func(*object){
	"unlocked":              suspectUnlocked,
	"unlocked early":        suspectUnlockedEarly,
	"around a wait":         suspectAroundAWait,
	"around, deferred":      suspectAroundDeferred,
	"around, in a callee":   suspectAroundInCallee,
	"around, two below":     suspectAroundTwoBelow,
	"around, in a closure":  suspectAroundInClosure,
	"around, deferred lock": suspectAroundDeferredLock,
	"cond":                  suspectCond,
	"cond, deferred":        suspectCondDeferred,
	"cond, in a callee":     suspectCondInCallee,
	"wrappers":              suspectWrappers,
	"read":                  suspectRead,
	"read around a wait":    suspectReadAround,
	"rlocker":               suspectRLocker,
	"another object":        suspectAnotherObject,
	"another element":       suspectAnotherElement,
	"pointer moved on":      suspectPointerMovedOn,
	"conditional":           suspectConditional,
	"switch":                suspectSwitch,
	"loop":                  suspectLoop,
	"goto":                  suspectGoto,
	"recovered":             suspectRecovered,
	"once done":             suspectOnceDone,
	"inside a map":          suspectInsideMap,
	"method value":          suspectMethodValue,
	"unlock closure":        suspectUnlockClosure,
	"embedded":              suspectEmbedded,
	"helper unlocks":        suspectHelperUnlocks,
	"waits in a defer":      suspectInDefer,
	"goexit":                suspectGoexit,
	"timer callback":        suspectTimer,
	"start gate":            suspectStartGate,
}

//go:noinline
func suspectUnlocked(o *object) {
	o.mu.Lock()
	o.name += "."
	o.mu.Unlock()
	park()
}

//go:noinline
func suspectUnlockedEarly(o *object) {
	o.mu.Lock()
	if o.next != nil {
		o.mu.Unlock()
		park()
		return
	}
	o.name += "."
	o.mu.Unlock()
}

//go:noinline
func suspectAroundAWait(o *object) {
	o.mu.Lock()
	o.mu.Unlock()
	park()
	o.mu.Lock()
	o.name += "."
	o.mu.Unlock()
}

//go:noinline
func suspectAroundDeferred(o *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mu.Unlock()
	park()
	o.mu.Lock()
}

//go:noinline
func (o *object) withoutLock() {
	o.mu.Unlock()
	park()
	o.mu.Lock()
}

//go:noinline
func suspectAroundInCallee(o *object) {
	o.mu.Lock()
	o.withoutLock()
	o.mu.Unlock()
}

//go:noinline
func indirectly(o *object) {
	o.withoutLock()
	o.name += "."
}

//go:noinline
func suspectAroundTwoBelow(o *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	indirectly(o)
}

//go:noinline
func suspectAroundInClosure(o *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	func() {
		o.mu.Unlock()
		defer o.mu.Lock()
		park()
	}()
}

//go:noinline
func suspectAroundDeferredLock(o *object) {
	o.mu.Lock()
	o.unlockedFor(park)
	o.mu.Unlock()
}

//go:noinline
func (o *object) unlockedFor(f func()) {
	o.mu.Unlock()
	defer o.mu.Lock()
	f()
}

//go:noinline
func suspectCond(o *object) {
	o.mu.Lock()
	for o.name != "" {
		o.cond.Wait()
	}
	o.mu.Unlock()
}

//go:noinline
func suspectCondDeferred(o *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.name != "" {
		o.cond.Wait()
	}
}

//go:noinline
func waitFor(o *object) { o.cond.Wait() }

//go:noinline
func suspectCondInCallee(o *object) {
	o.mu.Lock()
	waitFor(o)
	o.mu.Unlock()
}

//go:noinline
func (o *object) lock() { o.mu.Lock() }

//go:noinline
func (o *object) unlock() { o.mu.Unlock() }

//go:noinline
func suspectWrappers(o *object) {
	o.lock()
	o.name += "."
	o.unlock()
	park()
}

//go:noinline
func suspectRead(o *object) {
	o.rw.RLock()
	name := o.name
	o.rw.RUnlock()
	if name != "" {
		park()
	}
}

//go:noinline
func suspectReadAround(o *object) {
	o.rw.RLock()
	defer o.rw.RUnlock()
	o.rw.RUnlock()
	park()
	o.rw.RLock()
}

//go:noinline
func suspectRLocker(o *object) {
	l := o.rw.RLocker()
	l.Lock()
	l.Unlock()
	park()
}

//go:noinline
func suspectAnotherObject(o *object) {
	o.next.mu.Lock()
	park()
	o.next.mu.Unlock()
}

//go:noinline
func suspectAnotherElement(o *object) {
	objects := []*object{o, o.next}
	for i := len(objects) - 1; i >= 0; i-- {
		objects[i].mu.Lock()
		park()
		objects[i].mu.Unlock()
	}
}

//go:noinline
func suspectPointerMovedOn(o *object) {
	last := o.next
	last.mu.Lock()
	held := last
	last = o
	park()
	last.name += "."
	held.mu.Unlock()
}

//go:noinline
func suspectConditional(o *object) {
	mine := o.next == nil
	if mine {
		o.mu.Lock()
	}
	park()
	if mine {
		o.mu.Unlock()
	}
}

//go:noinline
func suspectSwitch(o *object) {
	switch len(o.name) % 12 {
	case 0:
		o.mu.Lock()
		o.name = "0"
	case 1:
		o.name = "1"
	case 2:
		o.name = "22"
	case 3:
		o.name = "333"
	case 4:
		o.name = "4444"
	case 5:
		o.name = "55555"
	case 6:
		o.mu.Lock()
		o.mu.Unlock()
		o.name = "666666"
	case 7, 8:
		o.name = "7777777"
	case 9:
		o.name = "9"
	case 10, 11:
		o.name = "10"
	}
	park()
	if o.name == "0" {
		o.mu.Unlock()
	}
}

//go:noinline
func suspectLoop(o *object) {
	for i := 0; ; i++ {
		o.mu.Lock()
		o.name += "."
		o.mu.Unlock()
		if i == 3 {
			park()
		}
	}
}

//go:noinline
func suspectGoto(o *object) {
	i := 0
again:
	if i == 2 {
		park()
	}
	o.mu.Lock()
	i++
	if i < 3 {
		o.mu.Unlock()
		goto again
	}
	o.mu.Unlock()
}

//go:noinline
func suspectRecovered(o *object) {
	func() {
		defer func() { _ = recover() }()
		o.mu.Lock()
		defer o.mu.Unlock()
		panic("away")
	}()
	park()
}

//go:noinline
func suspectOnceDone(o *object) {
	var once sync.Once
	once.Do(func() {
		o.mu.Lock()
		o.mu.Unlock()
	})
	park()
}

//go:noinline
func suspectInsideMap(o *object) {
	var all sync.Map
	all.Store(o, o)
	all.Range(func(key, value interface{}) bool {
		park()
		return true
	})
}

//go:noinline
func suspectMethodValue(o *object) {
	o.mu.Lock()
	release(o.mu.Unlock)
	park()
	o.mu.Lock()
	o.mu.Unlock()
}

//go:noinline
func release(f func()) { f() }

//go:noinline
func lockFor(o *object) func() {
	o.mu.Lock()
	return func() { o.mu.Unlock() }
}

//go:noinline
func suspectUnlockClosure(o *object) {
	unlock := lockFor(o)
	unlock()
	park()
}

type wrapped struct {
	n int
	sync.Mutex
}

//go:noinline
func suspectEmbedded(o *object) {
	w := &wrapped{}
	w.Lock()
	w.n++
	w.Unlock()
	o.mu.Lock()
	o.mu.Unlock()
	park()
}

//go:noinline
func (o *object) finish() {
	o.name += "."
	o.mu.Unlock()
}

//go:noinline
func suspectHelperUnlocks(o *object) {
	o.mu.Lock()
	if o.next != nil {
		o.finish()
		park()
		return
	}
	o.mu.Unlock()
}

//go:noinline
func suspectInDefer(o *object) {
	defer park()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.name += "."
}

//go:noinline
func suspectGoexit(o *object) {
	defer park()
	defer o.mu.Unlock()
	o.mu.Lock()
	exit()
}

//go:noinline
func suspectTimer(o *object) {
	time.AfterFunc(time.Hour, func() {
		o.mu.Lock()
		o.mu.Unlock()
	})
	park()
}

// A gate is closed by whoever opens it; those in front of it hold nothing.
//
//go:noinline
func suspectStartGate(o *object) {
	var gate sync.RWMutex
	gate.Lock()
	for i := 0; i < 3; i++ {
		go func() {
			gate.RLock()
			gate.RUnlock()
		}()
	}
	time.Sleep(time.Millisecond)
	gate.Unlock()
	park()
}
