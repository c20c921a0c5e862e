// SPDX-License-Identifier: Apache-2.0

// A program that never holds still and knows what each of its stacks must look like. It creates and ends goroutines by
// the thousand each second; their stacks grow and shrink, the collector runs all the time, some goroutines are preempted
// while they compute. With -verify it reads a traceback of such a process and checks every goroutine in it against what
// its own arguments say. Compiles with Go 1.13.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	verify   = flag.Bool("verify", false, "read a traceback from standard input and check it")
	anchors  = flag.Int("anchors", 1000, "goroutines that stay where they are")
	movers   = flag.Int("movers", 1000, "goroutines that live long and move all the time")
	births   = flag.Int("births", 10000, "goroutines created each second")
	most     = flag.Int64("most", 4000, "of these no more at once, where the machine cannot end them as fast")
	lifetime = flag.Duration("lifetime", time.Hour, "exit after so long")
)

// What a frame must have been given: depth is how many frames of `down` are below it.
func token(id, depth uint64) uint64 {
	x := id*0x9e3779b97f4a7c15 ^ depth*0xbf58476d1ce4e5b9
	x ^= x >> 31
	return x*0x94d049bb133111eb | 1
}

// A cheap random number that does not lock anything.
func scramble(x uint64) uint64 {
	x ^= x << 13
	x ^= x >> 7
	return x ^ x<<17
}

var (
	never   = make(chan uint64)
	ticks   = make(chan uint64)
	wide    sync.Mutex
	garbage [64][]byte
	alive   int64
)

//go:noinline
func parkSleep(id uint64) uint64 {
	time.Sleep(time.Duration(id%20) * time.Millisecond)
	return id
}

//go:noinline
func parkReceive(id uint64) uint64 { return id + <-ticks }

//go:noinline
func parkSelect(id uint64) uint64 {
	select {
	case v := <-ticks:
		return id + v
	case v := <-never:
		return v
	}
}

//go:noinline
func parkLock(id uint64) uint64 {
	wide.Lock()
	runtime.Gosched()
	wide.Unlock()
	return id
}

//go:noinline
func parkYield(id uint64) uint64 {
	runtime.Gosched()
	return id
}

//go:noinline
func parkBusy(id uint64) uint64 {
	for i := uint64(0); i < 20000+id%50000; i++ {
		id = scramble(id)
	}
	return id
}

//go:noinline
func parkForever(id uint64) uint64 { return id + <-never }

func park(id, kind uint64) uint64 {
	switch kind % 6 {
	case 0:
		return parkSleep(id)
	case 1:
		return parkReceive(id)
	case 2:
		return parkSelect(id)
	case 3:
		return parkLock(id)
	case 4:
		return parkYield(id)
	}
	return parkBusy(id)
}

// down calls itself until depth is target and parks there, and on the way now and then. All arguments are used after
// the call, so that they stand where a traceback finds them.
//
//go:noinline
func down(id, depth, target, mark uint64) uint64 {
	var room [24]uint64
	room[depth%24] = id
	sum := uint64(0)
	if depth%16 == 15 {
		sum = park(id, scramble(id+depth))
	}
	if depth < target {
		sum += down(id, depth+1, target, token(id, depth+1))
	} else {
		sum += park(id, scramble(id^target))
	}
	return sum + id ^ depth ^ target ^ mark ^ room[(depth+sum)%24]
}

//go:noinline
func worker(id, target uint64) uint64 { return down(id, 0, target, token(id, 0)) + id + target }

//go:noinline
func brief(id, target uint64) {
	worker(id, target)
	atomic.AddInt64(&alive, -1)
}

//go:noinline
func mover(id uint64) uint64 {
	sum := uint64(0)
	for seed := id; ; {
		seed = scramble(seed)
		sum += worker(id, seed%120) + id
	}
}

//go:noinline
func anchor(id, depth uint64) uint64 {
	if depth > 0 {
		return anchor(id, depth-1) + id + depth
	}
	return parkForever(id) + id
}

// grind computes for ever below depth frames of itself: there is always somebody who runs. Releases before 1.14 cannot
// stop a loop, so it lets others run now and then.
//
//go:noinline
func grind(id, depth uint64) uint64 {
	if depth > 0 {
		return grind(id, depth-1) + id + depth
	}
	for x, i := id|1, 0; x != 0; i++ {
		x = scramble(x)
		if i%(1<<20) == 0 {
			runtime.Gosched()
		}
	}
	return id
}

func feed() {
	for i := uint64(0); ; i++ {
		ticks <- i
		if i%1024 == 0 {
			time.Sleep(100 * time.Microsecond)
		}
	}
}

func litter() {
	for i := 0; ; i++ {
		garbage[i%64] = make([]byte, 1<<16)
		if i%256 == 0 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
}

func give() {
	born, told, last, before := 0, 0, time.Now(), time.Now()
	for seed := uint64(88172645463325252); ; {
		now := time.Now()
		due := int(now.Sub(before).Seconds() * float64(*births))
		before = now
		for ; due > 0 && atomic.LoadInt64(&alive) < *most; due-- {
			seed = scramble(seed)
			born++
			atomic.AddInt64(&alive, 1)
			// Depths are mostly small, some large.
			go brief(uint64(born)+1<<40, seed%20*(1+seed>>32%8))
		}
		time.Sleep(5 * time.Millisecond)
		if passed := time.Since(last).Seconds(); passed >= 1 {
			fmt.Printf("born %.0f a second\n", float64(born-told)/passed)
			told, last = born, time.Now()
		}
	}
}

// A call of this program in a traceback.
type call struct {
	name string
	args []string
}

// number is the value of argument i, if the traceback is sure of it.
func (c call) number(i int) (uint64, bool) {
	if i >= len(c.args) || strings.HasSuffix(c.args[i], "?") {
		return 0, false
	}
	value, err := strconv.ParseUint(c.args[i], 0, 64)
	return value, err == nil
}

// One goroutine of a traceback.
type stack struct {
	id, state, creator string
	calls              []call
}

// tally is what was found in a traceback.
type tally struct {
	goroutines, frames, sure, anchors, running, ran, broken int
	ids                                                     map[string]bool
}

// expect compares an argument with what it must be, if the traceback is sure of it.
func (t *tally) expect(c call, i int, want uint64) string {
	have, sure := c.number(i)
	if !sure {
		return ""
	}
	t.sure++
	if have != want {
		return fmt.Sprintf("%s: argument %d is %#x, must be %#x", c.name, i, have, want)
	}
	return ""
}

// parks tells which states a goroutine can be in below a function that parks.
var parks = map[string][]string{
	"main.parkSleep":   {"sleep"},
	"main.parkReceive": {"chan receive"},
	"main.parkSelect":  {"select"},
	"main.parkLock":    {"semacquire", "sync.Mutex.Lock"},
	"main.parkForever": {"chan receive"},
	"main.parkYield":   {},
	"main.parkBusy":    {},
}

// leaves compute, and call nothing: who runs may be anywhere.
var leaves = map[string]bool{"main.scramble": true, "main.token": true}

// ends are the functions in which a goroutine ends: it can be interrupted there, too.
var ends = map[string]bool{"runtime.goexit": true, "runtime.goexit0": true, "runtime.goexit1": true}

// check gives what is wrong with a stack, or "".
func (t *tally) check(s stack) string {
	if t.ids[s.id] {
		return "is there twice"
	}
	t.ids[s.id] = true
	if len(s.calls) == 0 {
		if s.state == "running" {
			t.running++
			return ""
		}
		return "has no frames"
	}
	if s.state == "running" {
		t.ran++
	}
	rest := s.calls
	for len(rest) > 0 && (!strings.HasPrefix(rest[0].name, "main.") || leaves[rest[0].name]) {
		rest = rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0].name, "main.park") {
		if wrong := checkState(s.state, rest[0].name); wrong != "" {
			return wrong
		}
		rest = rest[1:]
		if len(rest) > 0 && rest[0].name == "main.park" {
			rest = rest[1:]
		}
	} else if len(rest) > 0 && rest[0].name == "main.park" {
		rest = rest[1:]
	}
	return t.checkCalls(s, rest)
}

// Whoever allocates can have to wait for the collector (semacquire: to start it), whoever runs can be stopped.
var anywhere = []string{"runnable", "running", "preempted", "waiting", "semacquire", "GC assist marking", "GC assist wait",
	"wait for GC cycle", "stopping the world", "garbage collection", "flushing proc caches"}

func checkState(state, function string) string {
	for _, allowed := range append(parks[function], anywhere...) {
		if state == allowed {
			return ""
		}
	}
	return "is in " + state + " below " + function
}

func (t *tally) checkCalls(s stack, rest []call) string {
	if len(rest) > 0 && rest[0].name == "main.anchor" {
		t.anchors++
		return t.checkChain("main.anchor", rest)
	}
	if len(rest) > 0 && rest[0].name == "main.grind" {
		return t.checkChain("main.grind", rest)
	}
	if len(rest) == 0 || (rest[0].name != "main.down" && rest[0].name != "main.worker" && rest[0].name != "main.mover" && rest[0].name != "main.brief") {
		return t.checkOthers(s, rest)
	}
	root := call{}
	at := 0
	for at < len(rest) && rest[at].name == "main.down" {
		at++
	}
	downs := rest[:at]
	if at == len(rest) || (rest[at].name != "main.worker" && len(downs) > 0) {
		return "has no main.worker below main.down"
	}
	if rest[at].name == "main.worker" {
		root, at = rest[at], at+1
	}
	if at < len(rest) && (rest[at].name == "main.mover" || rest[at].name == "main.brief") {
		at++
	}
	for at < len(rest) && (strings.HasPrefix(rest[at].name, "main.give.") || strings.HasPrefix(rest[at].name, "main.main.")) {
		at++
	}
	if at != len(rest) {
		return "has " + rest[at].name + " where it must end"
	}
	return t.checkDowns(s, downs, root)
}

// checkDowns holds each call of down against its neighbours: depths count down to 0, the rest stays the same.
func (t *tally) checkDowns(s stack, downs []call, root call) string {
	id, sure := root.number(0)
	target, sureOfTarget := root.number(1)
	for i, c := range downs {
		depth := uint64(len(downs) - 1 - i)
		if !sure {
			id, sure = c.number(0)
		}
		if !sureOfTarget {
			target, sureOfTarget = c.number(2)
		}
		wrong := t.expect(c, 1, depth)
		if sure && wrong == "" {
			wrong = t.expect(c, 0, id)
		}
		if sureOfTarget && wrong == "" {
			wrong = t.expect(c, 2, target)
		}
		if sure && wrong == "" {
			wrong = t.expect(c, 3, token(id, depth))
		}
		if wrong != "" {
			return fmt.Sprintf("depth %d: %s", depth, wrong)
		}
		if sureOfTarget && depth > target {
			return fmt.Sprintf("is %d deep, its target is %d", depth, target)
		}
	}
	return ""
}

// checkChain is for a function that calls itself, its second argument counting down to 0.
func (t *tally) checkChain(name string, calls []call) string {
	id, sure := calls[0].number(0)
	count := 0
	for ; count < len(calls) && calls[count].name == name; count++ {
		wrong := t.expect(calls[count], 1, uint64(count))
		if sure && wrong == "" {
			wrong = t.expect(calls[count], 0, id)
		}
		if wrong != "" {
			return wrong
		}
	}
	if sure && uint64(count) != id%30+1 {
		return fmt.Sprintf("has %d frames of %s, must have %d", count, name, id%30+1)
	}
	return ""
}

// checkOthers is for the few that drive the others, and for those that have not begun to run.
func (t *tally) checkOthers(s stack, rest []call) string {
	for _, c := range rest {
		switch {
		case c.name == "main.main", c.name == "main.feed", c.name == "main.litter", c.name == "main.give":
		case strings.HasPrefix(c.name, "main.give."), strings.HasPrefix(c.name, "main.main."):
		default:
			return "has an unexpected " + c.name
		}
	}
	if len(rest) == 0 && ends[s.calls[0].name] {
		return ""
	}
	if len(rest) == 0 && s.creator != "" && strings.HasPrefix(s.creator, "main.") {
		return "has no frame of this program"
	}
	return ""
}

// parse calls each with every goroutine of a traceback.
func parse(each func(stack)) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<24)
	var current stack
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "goroutine "):
			words := strings.SplitN(line, " ", 3)
			state := strings.TrimPrefix(words[2], "[")
			current = stack{id: words[1], state: strings.SplitN(strings.SplitN(state, "]", 2)[0], ",", 2)[0]}
		case line == "":
			if current.id != "" {
				each(current)
			}
			current = stack{}
		case strings.HasPrefix(line, "created by "):
			current.creator = strings.TrimPrefix(line, "created by ")
		case !strings.HasPrefix(line, "\t") && strings.HasSuffix(line, ")"):
			open := strings.LastIndex(line, "(")
			current.calls = append(current.calls, call{line[:open], strings.Split(line[open+1:len(line)-1], ", ")})
		}
	}
}

func verifyInput() {
	t := tally{ids: map[string]bool{}}
	parse(func(s stack) {
		t.goroutines++
		t.frames += len(s.calls)
		if wrong := t.check(s); wrong != "" {
			t.broken++
			fmt.Fprintf(os.Stderr, "goroutine %s [%s]: %s\n", s.id, s.state, wrong)
		}
	})
	fmt.Printf("{\"goroutines\": %d, \"frames\": %d, \"sure\": %d, \"anchors\": %d, \"running\": %d, \"ran\": %d, \"broken\": %d}\n",
		t.goroutines, t.frames, t.sure, t.anchors, t.running, t.ran, t.broken)
}

func main() {
	flag.Parse()
	if *verify {
		verifyInput()
		return
	}
	for i := 0; i < *anchors; i++ {
		go anchor(uint64(i), uint64(i%30))
	}
	for i := 0; i < *movers; i++ {
		go mover(uint64(i) + 1<<32)
	}
	go grind(1<<33+15, 17)
	go feed()
	go litter()
	go give()
	fmt.Println("ready")
	time.Sleep(*lifetime)
}
