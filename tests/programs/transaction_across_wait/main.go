// SPDX-License-Identifier: Apache-2.0

// A store calls a function while it has its lock, and that function waits for somebody who queues for the store. The
// lock is taken and released two calls below, by a transaction that may be of another kind or be over.
package main

import "sync"

type Store struct {
	mu      sync.Mutex
	entries map[string]string
}

type Tx struct {
	store  *Store
	writes bool
}

func (s *Store) Begin(writes bool) *Tx {
	if writes {
		return s.beginWriting()
	}
	return &Tx{store: s}
}

func (s *Store) beginWriting() *Tx {
	s.mu.Lock()
	return &Tx{store: s, writes: true}
}

func (t *Tx) Rollback() {
	if t.store == nil {
		return
	}
	if t.writes {
		for key, value := range t.store.entries {
			if value == "" {
				delete(t.store.entries, key)
			}
		}
	}
	t.close()
}

func (t *Tx) close() {
	if t.store == nil {
		return
	}
	if t.writes {
		t.store.mu.Unlock()
	}
	t.store = nil
}

func (s *Store) Update(change func(*Tx)) {
	t := s.Begin(true)
	defer func() {
		if t.store != nil {
			t.Rollback()
		}
	}()
	change(t)
	t.close()
}

// index tells its caller when it has entered the store.
func index(s *Store, done chan<- bool) {
	s.Update(func(t *Tx) { t.store.entries["index"] = "1" })
	done <- true
}

func main() {
	store := &Store{entries: map[string]string{}}
	go store.Update(func(*Tx) {
		done := make(chan bool)
		go index(store, done)
		<-done
	})
	waitUntil("sync.Mutex.Lock", 1)
	for i := 0; i < 3; i++ {
		go store.Update(func(*Tx) {})
	}
	announce(states{"sync.Mutex.Lock": 4, "chan receive": 1})
}
