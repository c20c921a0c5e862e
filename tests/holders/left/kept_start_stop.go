// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"
)

func (b *box) Start() { b.mu.Lock() }

func (b *box) Stop() { b.mu.Unlock() }

func main() {
	b.Start()
	httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { b.Stop() }))
	waiters()
}
