// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines that wait in functions whose names are hard to read.
package main

import inner "odd.example/unusual_names/inner.pkg"

var stop = make(chan bool)

// atStart is a closure of the package's own initialisation.
var atStart = func(stop chan bool) { <-stop }

var fromInit func()

func init() {
	fromInit = func() { <-stop }
}

type waiter struct{ stop chan bool }

//go:noinline
func (w *waiter) wait() { <-w.stop }

type embedding struct{ *waiter }

type waits interface{ wait() }

func nested() func() {
	return func() {
		func() {
			func() { <-stop }()
		}()
	}
}

//go:noinline
func ожидание(стоп chan bool) { <-стоп }

type 世界 struct{}

//go:noinline
func (世界) 待つ(stop chan bool) { <-stop }

func inDefer() {
	defer func() {
		defer func() { <-stop }()
		recover()
	}()
	panic("recovered below")
}

//go:noinline
func variadic(values ...interface{}) { <-stop }

func main() {
	w := &waiter{stop: stop}
	methodValue := w.wait
	methodExpression := (*waiter).wait
	gate := inner.Gate{Stop: stop}
	go atStart(stop)
	go fromInit()
	go methodValue()
	go methodExpression(w)
	go nested()()
	go ожидание(stop)
	go 世界{}.待つ(stop)
	go inDefer()
	go gate.Wait()
	go inner.Waiter(&gate).Wait()
	go inner.Later(&gate)
	go waits(struct{ embedding }{embedding{w}}).wait()
	go variadic(1, "two", []byte("three"), 4.0, nil)
	go func(number int, text string) { <-stop; _ = text[number] }(3, "four")
	announce(states{"chan receive": 14})
	close(stop)
}
