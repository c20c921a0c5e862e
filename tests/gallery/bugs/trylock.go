// SPDX-License-Identifier: Apache-2.0

//go:build go1.18
// +build go1.18

package main

func (v *vault) trySend() {
	if !v.mu.TryLock() {
		return
	}
	v.out <- v.gold
	v.mu.Unlock()
}

func init() {
	held("try_lock", "orphan cycle", "deadlock", "main.(*vault).trySend", func() {
		v := newVault()
		queueAt(v, v.trySend)
	})
}
