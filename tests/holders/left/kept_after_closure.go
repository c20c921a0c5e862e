// SPDX-License-Identifier: Apache-2.0

package main

import "time"

func main() {
	b.mu.Lock()
	time.AfterFunc(time.Hour, func() { b.mu.Unlock() })
	waiters()
}
