// SPDX-License-Identifier: Apache-2.0

// A server keeps its stock in a variable. One path out of put forgets to unlock it; those that come later hang, while the
// server goes on to accept connections.
package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
)

type stock struct {
	mu    sync.Mutex
	count int
}

func (s *stock) put(n int) error {
	s.mu.Lock()
	if n < 0 {
		return errors.New("negative")
	}
	s.count += n
	s.mu.Unlock()
	return nil
}

func (s *stock) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

var apples stock

func handle(w http.ResponseWriter, r *http.Request) {
	if apples.total() == 0 {
		w.Write([]byte("none"))
	}
}

func main() {
	httptest.NewServer(http.HandlerFunc(handle))
	if apples.put(-1) == nil {
		panic("negative apples")
	}
	for i := 0; i < 3; i++ {
		go handle(httptest.NewRecorder(), nil)
	}
	waitUntil("sync.Mutex.Lock", 3)
	announce(states{"sync.Mutex.Lock": 3, "IO wait": 1})
}
