// SPDX-License-Identifier: Apache-2.0

// Each request starts a helper that waits for a context whose cancel function was thrown away.
package main

import "context"

func notifyWhenDone(ctx context.Context, done chan<- string) {
	<-ctx.Done()
	done <- ctx.Err().Error()
}

func handleRequest(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	_ = cancel
	go notifyWhenDone(ctx, make(chan string, 1))
}

func main() {
	for i := 0; i < 30; i++ {
		handleRequest(context.Background())
	}
	announce(states{"chan receive": 30})
}
