// SPDX-License-Identifier: Apache-2.0

// Goroutines take and release locks at random, park inside, and write down in a file, which is mapped into
// memory, what they hold. Whoever looks from outside can compare.
//
//	truth FILE [-locks N] [-goroutines N] [-park DURATION] [-without-defer]
//
// The file: a header of 8 words (magic, locks, goroutines, offset of locks, offset of records, 0, 0, 0), the
// address of each lock as a word, then a record for each goroutine: its id and `slots` words, one for each lock it
// deals with at a time: bits 32-63 count the changes, 16-31 are 1 + the lock, 8-15 the shape, 4-7 the mode (1 lock,
// 2 read lock), 0-3 the state (0 nothing, 1 about to change, 2 held, 3 given up for a while).
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const (
	magic  = 0x676f6b6e6f74
	header = 8
	slots  = 2
)

const (
	nothing  = 0
	changing = 1
	holding  = 2
	lent     = 3
)

const (
	forWriting = 1
	forReading = 2
)

var (
	lockCount    = flag.Int("locks", 100, "how many locks")
	count        = flag.Int("goroutines", 250, "how many goroutines")
	withoutDefer = flag.Bool("without-defer", false, "every release is a plain statement")
	park         = flag.Duration("park", 200*time.Millisecond, "how long a lock is held, on average")
	mapped       []uint64
	recordsAt    int
	neverReady   = make(chan int)
)

// worker is one goroutine's place in the file.
type worker struct {
	at     int
	random *rand.Rand
	depth  int
}

func (w *worker) note(lock, shape, mode, state int) {
	at := w.at + 1 + w.depth
	next := atomic.LoadUint64(&mapped[at])>>32 + 1
	atomic.StoreUint64(&mapped[at], next<<32|uint64(lock+1)<<16|uint64(shape)<<8|uint64(mode)<<4|uint64(state))
}

// rest parks: in a sleep, in a receive that times out, in a select, or in a condition of its own.
//
//go:noinline
func (w *worker) rest() {
	pause := time.Duration(w.random.Int63n(int64(2 * *park)))
	switch w.random.Intn(4) {
	case 0:
		time.Sleep(pause)
	case 1:
		<-time.After(pause)
	case 2:
		select {
		case <-time.After(pause):
		case <-neverReady:
		}
	case 3:
		var mine sync.Mutex
		ready := false
		cond := sync.NewCond(&mine)
		time.AfterFunc(pause, func() {
			mine.Lock()
			ready = true
			mine.Unlock()
			cond.Signal()
		})
		mine.Lock()
		for !ready {
			cond.Wait()
		}
		mine.Unlock()
	}
}

// inside is what happens with the lock held; now and then that takes a second lock, a later one.
func (w *worker) inside(lock int) {
	if w.depth == 0 && lock+1 < *lockCount && w.random.Intn(8) == 0 {
		w.depth = 1
		w.use(lock + 1 + w.random.Intn(*lockCount-lock-1))
		w.depth = 0
		return
	}
	w.rest()
}

func (w *worker) use(lock int) {
	if lock%3 == 2 {
		w.useShared(lock)
	} else {
		w.useMutex(lock)
	}
}

func (w *worker) run() {
	atomic.StoreUint64(&mapped[w.at], goid())
	for {
		w.use(w.random.Intn(*lockCount))
		if w.random.Intn(4) == 0 {
			time.Sleep(time.Duration(w.random.Int63n(int64(*park))))
		}
	}
}

func goid() uint64 {
	var buffer [64]byte
	line := string(buffer[:runtime.Stack(buffer[:], false)])
	id, err := strconv.ParseUint(strings.Fields(line)[1], 10, 64)
	check(err)
	return id
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func mapFile(path string) {
	words := header + *lockCount + *count*(1+slots)
	file, err := os.Create(path)
	check(err)
	check(file.Truncate(int64(words * 8)))
	bytes, err := syscall.Mmap(int(file.Fd()), 0, words*8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	check(err)
	mapped = (*[1 << 24]uint64)(unsafe.Pointer(&bytes[0]))[:words:words]
	recordsAt = header + *lockCount
	copy(mapped, []uint64{magic, uint64(*lockCount), uint64(*count), header, uint64(recordsAt), slots})
}

func main() {
	path := os.Args[1]
	check(flag.CommandLine.Parse(os.Args[2:]))
	mapFile(path)
	makeLocks()
	for i := 0; i < *lockCount; i++ {
		mapped[header+i] = uint64(addressOf(i))
	}
	for i := 0; i < *count; i++ {
		w := &worker{at: recordsAt + i*(1+slots), random: rand.New(rand.NewSource(int64(i)))}
		go w.run()
	}
	fmt.Println("ready")
	time.Sleep(time.Hour)
}
