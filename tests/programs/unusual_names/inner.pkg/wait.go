// SPDX-License-Identifier: Apache-2.0

// Package inner has a dot in the last element of its path, which symbols spell %2e.
package inner

// Gate waits until Stop is closed.
type Gate struct{ Stop chan bool }

// Wait has a value receiver, so that calls through a pointer or an interface go by a made-up wrapper.
//
//go:noinline
func (g Gate) Wait() { <-g.Stop }

// Waiter is what a Gate can do.
type Waiter interface{ Wait() }

// Later waits in a deferred call.
func Later(w Waiter) { defer w.Wait() }
