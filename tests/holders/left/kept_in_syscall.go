// SPDX-License-Identifier: Apache-2.0

package main

import "syscall"

func hold() {
	b.mu.Lock()
	syscall.Nanosleep(&syscall.Timespec{Sec: 3600}, nil)
	b.mu.Unlock()
}

func main() {
	go hold()
	waiters()
}
