// SPDX-License-Identifier: Apache-2.0

// Many goroutines, 5 to 14 frames deep, in waits of all kinds, and a goroutine that notes the largest gap between its
// ticks. Serves /debug/pprof, /hiccup (the largest gap since the last question, in seconds) and /count.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var (
	count = flag.Int("n", 100000, "goroutines")

	never   = make(chan int)
	lock    sync.Mutex
	shared  sync.RWMutex
	group   sync.WaitGroup
	news    = sync.NewCond(&sync.Mutex{})
	largest int64
	started sync.WaitGroup
)

//go:noinline
func receive(id int) int { return id + <-never }

//go:noinline
func send(id int) int { never2 := make(chan int); never2 <- id; return id }

//go:noinline
func choose(id int, done chan struct{}) int {
	select {
	case v := <-never:
		return v
	case <-done:
		return id
	}
}

//go:noinline
func acquire(id int) int {
	lock.Lock()
	defer lock.Unlock()
	return id
}

//go:noinline
func read(id int) int {
	shared.RLock()
	defer shared.RUnlock()
	return id
}

//go:noinline
func gather(id int) int { group.Wait(); return id }

//go:noinline
func listen(id int) int {
	news.L.Lock()
	news.Wait()
	news.L.Unlock()
	return id
}

//go:noinline
func rest(id int) int { time.Sleep(time.Hour + time.Duration(id)); return id }

func wait(id int) int {
	switch id % 8 {
	case 0:
		return receive(id)
	case 1:
		return choose(id, make(chan struct{}))
	case 2:
		return acquire(id)
	case 3:
		return read(id)
	case 4:
		return gather(id)
	case 5:
		return listen(id)
	case 6:
		return rest(id)
	}
	return send(id)
}

//go:noinline
func deeper(id, depth int, name string) int {
	if depth == 0 {
		return wait(id)
	}
	return deeper(id, depth-1, name) + len(name)
}

func worker(id int) {
	started.Done()
	deeper(id, id%8, "worker")
}

// tick never sleeps longer than a millisecond, unless it is not let run.
func tick() {
	runtime.LockOSThread()
	for last := time.Now(); ; {
		time.Sleep(time.Millisecond)
		now := time.Now()
		if gap := int64(now.Sub(last)); gap > atomic.LoadInt64(&largest) {
			atomic.StoreInt64(&largest, gap)
		}
		last = now
	}
}

func main() {
	flag.Parse()
	lock.Lock()
	shared.Lock()
	group.Add(1)
	started.Add(*count)
	for i := 0; i < *count; i++ {
		go worker(i)
	}
	started.Wait()
	runtime.GC()
	runtime.GC()
	go tick()
	http.HandleFunc("/hiccup", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, float64(atomic.SwapInt64(&largest, 0))/1e9)
	})
	http.HandleFunc("/count", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, runtime.NumGoroutine()) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
