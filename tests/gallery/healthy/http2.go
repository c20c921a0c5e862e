// SPDX-License-Identifier: Apache-2.0

//go:build go1.14
// +build go1.14

package main

import (
	"net/http"
	"net/http/httptest"
	"time"
)

func init() {
	well("http2_busy", func() {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pause(5 * time.Millisecond)
		}))
		server.EnableHTTP2 = true
		server.StartTLS()
		every(10, 5*time.Millisecond, func() { get(server.Client(), server.URL) })
	})
	well("http2_idle", func() {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
		server.EnableHTTP2 = true
		server.StartTLS()
		get(server.Client(), server.URL)
		keep = append(keep, server)
	})
}
