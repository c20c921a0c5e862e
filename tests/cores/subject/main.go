// SPDX-License-Identifier: Apache-2.0

// Ends in the way its argument says, with goroutines that run, that wait, and one that ends it: for cores.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

const spinners = 2

var (
	sink  int
	mutex sync.Mutex
)

type account struct{ balance int }

//go:noinline
func turn(n int) int {
	for i := 0; ; i++ {
		n += i
		sink = n
	}
}

//go:noinline
func spin(n int) { fmt.Println(turn(n)) }

//go:noinline
func queue() { mutex.Lock() }

//go:noinline
func (a *account) pay() int { return a.balance }

func end(how string) {
	switch how {
	case "nil":
		var a *account
		a.pay()
	case "panic":
		panic("as asked")
	}
}

func main() {
	runtime.GOMAXPROCS(spinners + 2)
	mutex.Lock()
	for i := 0; i < spinners; i++ {
		go spin(i)
	}
	go queue()
	for runtime.NumGoroutine() < spinners+2 {
		runtime.Gosched()
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println("ready")
	if len(os.Args) > 1 {
		end(os.Args[1])
	}
	time.Sleep(time.Hour)
}
