// SPDX-License-Identifier: Apache-2.0

//go:build go1.18
// +build go1.18

package main

import "sync"

//go:noinline
func (w *worker) tries(m *sync.Mutex, i int) {
	w.note(i, tried, forWriting, changing)
	if !m.TryLock() {
		w.note(i, tried, forWriting, nothing)
		w.rest()
		return
	}
	w.note(i, tried, forWriting, holding)
	w.inside(i)
	w.note(i, tried, forWriting, changing)
	m.Unlock()
	w.note(i, tried, forWriting, nothing)
}
