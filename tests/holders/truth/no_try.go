// SPDX-License-Identifier: Apache-2.0

//go:build !go1.18
// +build !go1.18

package main

import "sync"

func (w *worker) tries(m *sync.Mutex, i int) { w.lends(m, i) }
