// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// vault hides its lock behind methods and closures; who is asked answers late.
type vault struct {
	mu   sync.Mutex
	ask  chan chan int
	gold int
}

func newVault() *vault {
	v := &vault{ask: make(chan chan int)}
	go func() {
		for reply := range v.ask {
			time.Sleep(time.Hour)
			reply <- 1
		}
	}()
	return v
}

//go:noinline
func (v *vault) lock() { v.mu.Lock() }

//go:noinline
func (v *vault) unlock() { v.mu.Unlock() }

func (v *vault) answer() int {
	reply := make(chan int)
	v.ask <- reply
	return <-reply
}

func (v *vault) addInClosure() {
	v.mu.Lock()
	defer func() {
		v.gold++
		v.mu.Unlock()
	}()
	v.answer()
}

func (v *vault) addByMethods() {
	v.lock()
	defer v.unlock()
	v.answer()
}

func (v *vault) addByLocker() {
	var lock sync.Locker = &v.mu
	lock.Lock()
	defer lock.Unlock()
	v.answer()
}

// addOutside gives the lock up while it waits.
func (v *vault) addOutside(wait <-chan int) {
	v.lock()
	defer v.unlock()
	v.unlock()
	<-wait
	v.lock()
	v.gold++
}

// addAndLeave unlocks early, and its deferred call knows.
func (v *vault) addAndLeave(wait <-chan int) {
	v.mu.Lock()
	locked := true
	defer func() {
		if locked {
			v.mu.Unlock()
		}
	}()
	v.gold++
	v.mu.Unlock()
	locked = false
	<-wait
}

func (v *vault) take() {
	v.mu.Lock()
	v.gold--
	v.mu.Unlock()
}

// batcher lets its callers wait, under its lock, for somebody who finds it by a variable.
type batcher struct {
	mu     sync.Mutex
	ticked chan struct{}
}

func (b *batcher) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	<-b.ticked
}

func (b *batcher) tick() { b.ticked <- struct{}{} }

var globalBatcher = &batcher{ticked: make(chan struct{})}

// turn is a lock that stands for a turn, which is given back elsewhere.
var turn sync.Mutex

func startTurn() { turn.Lock() }
func endTurn()   { turn.Unlock() }

// doors are locked by one and unlocked by whoever gets them.
type door struct {
	mu   sync.Mutex
	name string
}

var globalDoor door

func crowd(n int, call func()) {
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < n; i++ {
		go call()
	}
}

func init() {
	held := func(name string, hold func(*vault)) {
		well(name, func() {
			v := newVault()
			go hold(v)
			crowd(5, v.take)
		})
	}
	held("held_by_closure", (*vault).addInClosure)
	held("held_by_methods", (*vault).addByMethods)
	held("held_by_locker", (*vault).addByLocker)
	well("given_up_by_method", func() {
		v, wait := newVault(), make(chan int)
		go v.addOutside(wait)
		time.Sleep(20 * time.Millisecond)
		go v.addByMethods()
		crowd(5, v.take)
		time.AfterFunc(time.Hour, func() { close(wait) })
	})
	well("given_up_before_closure", func() {
		v, wait := newVault(), make(chan int)
		go v.addAndLeave(wait)
		time.Sleep(20 * time.Millisecond)
		go v.addByMethods()
		crowd(5, v.take)
		time.AfterFunc(time.Hour, func() { close(wait) })
	})
	well("ticked_by_variable", func() {
		go func() {
			for range time.Tick(time.Second) {
				globalBatcher.tick()
			}
		}()
		for i := 0; i < 4; i++ {
			go globalBatcher.wait()
		}
	})
	well("ticked_by_request", func() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { globalBatcher.tick() }))
		for i := 0; i < 4; i++ {
			go globalBatcher.wait()
		}
	})
	well("turn_of_another", func() {
		go func() {
			startTurn()
			go func() {
				time.Sleep(time.Hour)
				endTurn()
			}()
		}()
		crowd(3, func() { startTurn(); endTurn() })
	})
	well("turn_ended_by_request", func() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { endTurn() }))
		go startTurn()
		crowd(3, func() { startTurn(); endTurn() })
	})
	well("turn_ended_by_main", func() {
		startTurn()
		crowd(3, func() { startTurn(); endTurn() })
		goOn()
		time.Sleep(time.Hour)
		endTurn()
	})
	well("door_handed_over", func() {
		doors := make(chan *door)
		go func() {
			for d := range doors {
				time.Sleep(time.Hour)
				d.mu.Unlock()
			}
		}()
		globalDoor.mu.Lock()
		doors <- &globalDoor
		crowd(3, func() { globalDoor.mu.Lock(); globalDoor.mu.Unlock() })
	})
	well("held_by_spinning", func() {
		go func() {
			globalDoor.mu.Lock()
			for i := 0; i >= 0; i++ {
				if i%1000 == 0 {
					runtime.Gosched()
				}
			}
			globalDoor.mu.Unlock()
		}()
		crowd(3, func() { globalDoor.mu.Lock(); globalDoor.mu.Unlock() })
	})
	well("held_by_busy", func() {
		go func() {
			globalDoor.mu.Lock()
			defer globalDoor.mu.Unlock()
			for begin := time.Now(); time.Since(begin) < time.Hour; {
			}
		}()
		crowd(3, func() { globalDoor.mu.Lock(); globalDoor.mu.Unlock() })
	})
	well("select_nil_and_live", func() {
		var never chan int
		quit := make(chan struct{})
		for i := 0; i < 3; i++ {
			go func() {
				select {
				case <-never:
				case <-quit:
				}
			}()
		}
		time.AfterFunc(time.Hour, func() { close(quit) })
	})
	well("main_selects_nil", func() {
		var never chan int
		every(1, time.Millisecond, func() {})
		goOn()
		select {
		case <-context.Background().Done():
		case <-never:
		}
	})
	well("workers_recover", func() {
		tasks := make(chan func())
		work := func() {
			defer func() { recover() }()
			(<-tasks)()
		}
		for i := 0; i < 3; i++ {
			go func() {
				for {
					work()
				}
			}()
		}
		every(2, time.Millisecond, func() { tasks <- func() { panic("task") } })
	})
	well("answer_after_timeout", func() {
		every(3, time.Millisecond, func() {
			answer := make(chan int, 1)
			go func() { time.Sleep(2 * time.Millisecond); answer <- 1 }()
			select {
			case <-answer:
			case <-time.After(time.Millisecond):
			}
		})
	})
}
