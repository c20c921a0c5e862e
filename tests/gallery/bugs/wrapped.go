// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

// vault hides its lock behind methods and closures.
type vault struct {
	mu   sync.RWMutex
	out  chan int
	gold int
}

func newVault() *vault { return &vault{out: make(chan int)} }

//go:noinline
func (v *vault) lock() { v.mu.Lock() }

//go:noinline
func (v *vault) unlock() { v.mu.Unlock() }

//go:noinline
func (v *vault) rlock() { v.mu.RLock() }

//go:noinline
func (v *vault) runlock() { v.mu.RUnlock() }

func (v *vault) sendInClosure() {
	v.mu.Lock()
	defer func() {
		v.gold++
		v.mu.Unlock()
	}()
	v.out <- v.gold
}

func (v *vault) sendByMethods() {
	v.lock()
	defer v.unlock()
	v.out <- v.gold
}

func (v *vault) sendByMethodsNoDefer() {
	v.lock()
	v.out <- v.gold
	v.unlock()
}

func (v *vault) sendByLocker() {
	var lock sync.Locker = &v.mu
	lock.Lock()
	defer lock.Unlock()
	v.out <- v.gold
}

func (v *vault) sendByReadLocker() {
	lock := v.mu.RLocker()
	lock.Lock()
	defer lock.Unlock()
	v.out <- v.gold
}

// with runs something under the lock.
func (v *vault) with(do func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	do()
}

func (v *vault) sendWith() { v.with(func() { v.out <- v.gold }) }

func (v *vault) take() {
	v.mu.Lock()
	v.gold--
	v.mu.Unlock()
}

func (v *vault) total() int {
	v.rlock()
	defer v.runlock()
	return v.count()
}

func (v *vault) count() int {
	time.Sleep(50 * time.Millisecond)
	v.rlock()
	defer v.runlock()
	return v.gold
}

// addAll waits for helpers that want the lock it has.
func (v *vault) addAll() {
	var helpers sync.WaitGroup
	helpers.Add(2)
	v.with(func() {
		for i := 0; i < 2; i++ {
			go func() {
				defer helpers.Done()
				v.take()
			}()
		}
		helpers.Wait()
	})
}

// lookUp forgets its read lock when it finds nothing.
func (v *vault) lookUp(key int) bool {
	v.mu.RLock()
	if key > v.gold {
		return false
	}
	v.mu.RUnlock()
	return true
}

var globalVault = newVault()

func queueAt(v *vault, hold func()) {
	go hold()
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go v.take()
	}
}

func lookUpInVain(v *vault) {
	v.lookUp(1)
	for i := 0; i < 3; i++ {
		go v.take()
	}
}

func init() {
	// The others know the channel and could receive, as far as memory tells: a cycle is right, too.
	keeps := func(name, function string, hold func(*vault)) {
		held(name, "orphan cycle", "deadlock", "main.(*vault)."+function, func() {
			v := newVault()
			queueAt(v, func() { hold(v) })
		})
	}
	keeps("unlock_in_closure", "sendInClosure", (*vault).sendInClosure)
	keeps("unlock_by_method", "sendByMethods", (*vault).sendByMethods)
	keeps("unlock_by_method_no_defer", "sendByMethodsNoDefer", (*vault).sendByMethodsNoDefer)
	keeps("unlock_by_locker", "sendByLocker", (*vault).sendByLocker)
	keeps("unlock_by_read_locker", "sendByReadLocker", (*vault).sendByReadLocker)
	keeps("unlock_by_caller", "with", (*vault).sendWith)
	stuck("read_again_by_methods", "cycle", "deadlock", "main.(*vault).total main.(*vault).count", func() {
		v := newVault()
		go v.total()
		time.Sleep(20 * time.Millisecond)
		go v.take()
		time.Sleep(100 * time.Millisecond)
	})
	stuck("helpers_want_the_lock", "cycle", "deadlock", "main.(*vault).with main.(*vault).addAll", func() { go newVault().addAll() })
	stuck("forgotten_read_lock", "orphan", "deadlock leak", "main.(*vault).take", func() { lookUpInVain(newVault()) })
	unprovable("forgotten_read_lock_global", "orphan", "deadlock leak", "main.(*vault).take", func() { lookUpInVain(globalVault) })
	unprovable("unlock_in_closure_global", "orphan cycle", "deadlock", "main.(*vault).sendInClosure", func() {
		queueAt(globalVault, globalVault.sendInClosure)
	})
}
