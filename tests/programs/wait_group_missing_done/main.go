// SPDX-License-Identifier: Apache-2.0

// One worker returns before its Done; main waits for it forever.
package main

import "sync"

func crawl(page int, pages *sync.WaitGroup) {
	if page == 3 {
		return
	}
	pages.Done()
}

func crawlAll(count int) {
	var pages sync.WaitGroup
	for page := 0; page < count; page++ {
		pages.Add(1)
		go crawl(page, &pages)
	}
	pages.Wait()
}

func main() {
	go announce(states{"sync.WaitGroup.Wait": 1})
	crawlAll(5)
}
