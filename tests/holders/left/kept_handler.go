// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"
)

func main() {
	b.mu.Lock()
	httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { b.mu.Unlock() }))
	waiters()
}
