// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

func hold() {
	b.mu.Lock()
	for i := 0; i >= 0; i++ {
		if i%100 == 0 {
			fmt.Sprint(i)
		}
	}
	b.mu.Unlock()
}

func main() {
	go hold()
	waiters()
}
