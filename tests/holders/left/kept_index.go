// SPDX-License-Identifier: Apache-2.0

package main

var boxes [4]box

func hold(i int) {
	boxes[i].mu.Lock()
	slow()
	boxes[i].mu.Unlock()
}

func main() {
	go hold(2)
	three(func() { boxes[2].total() })
	announce()
}
