// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines of which memory and the kernel tell more than a dump does. A connection that
// waits to read until a deadline, a read of a pipe by system call, a sleep, deferred calls, and several
// receivers at one channel.
package main

import (
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const farAway = 5 * time.Hour

type registry struct {
	mu   sync.Mutex
	open int
}

func (r *registry) leave() { r.open-- }

func (r *registry) stay(stop <-chan bool) {
	defer r.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	<-stop
}

func readUntilDeadline(conn net.Conn) {
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(farAway))
	conn.Read(make([]byte, 1))
}

func readFromPipe(fd int) { syscall.Read(fd, make([]byte, 64)) }

func doze() { time.Sleep(farAway) }

func take(jobs <-chan int) int { return <-jobs }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	runtime.GOMAXPROCS(3)
	ballast := make([]byte, 64<<20)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	client, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	served, err := listener.Accept()
	must(err)
	var pipe [2]int
	must(syscall.Pipe(pipe[:]))
	stop, jobs := make(chan bool), make(chan int)

	go readUntilDeadline(served)
	go readFromPipe(pipe[0])
	go doze()
	go new(registry).stay(stop)
	for i := 0; i < 3; i++ {
		go take(jobs)
	}
	announce(states{"IO wait": 1, "syscall": 1, "sleep": 1, "chan receive": 4})
	client.Close()
	os.Exit(pipe[1])
	close(stop)
	close(jobs)
	runtime.KeepAlive(ballast)
}
