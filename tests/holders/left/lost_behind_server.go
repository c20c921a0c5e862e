// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"
)

func handle(http.ResponseWriter, *http.Request) { b.total() }

func (b *box) put(n int) bool {
	b.mu.Lock()
	if n < 0 {
		return false
	}
	b.n = n
	b.mu.Unlock()
	return true
}

func main() {
	httptest.NewServer(http.HandlerFunc(handle))
	b.put(-1)
	waiters()
}
