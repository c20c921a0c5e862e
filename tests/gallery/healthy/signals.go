// SPDX-License-Identifier: Apache-2.0

//go:build go1.16
// +build go1.16

package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
)

func init() {
	well("signal_context", func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		server := &http.Server{Addr: "127.0.0.1:0"}
		go server.ListenAndServe()
		goOn()
		<-ctx.Done()
	})
}
