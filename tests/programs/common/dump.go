// SPDX-License-Identifier: Apache-2.0

// What all programs of this folder share. A program brings its goroutines into the state it is named for
// and calls announce, which waits until they really are there, says "ready" and keeps still; or, with
// -dump FORM, prints its own dump in that form, or the truth about itself, and exits.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/ioutil"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// states counts goroutines by the words in their header, spelled as Go 1.26 spells them.
type states map[string]int

var (
	dumpForm = flag.String("dump", "", "print this and exit: stack debug2 debug1 debug0 leak1 leak0 sigquit panic truth")
	dumpAge  = flag.Duration("age", 0, "stay in the final state so long before the dump")
	truthTo  = flag.String("truth", "", "write all stacks to this file before saying ready")
	lifetime = flag.Duration("lifetime", 10*time.Minute, "exit after so long without -dump")
)

const (
	settleLimit     = 2 * time.Minute
	exitUnsettled   = 3
	exitUnsupported = 4
)

// All flags are package variables, so that they are registered before any init function runs.
func init() { flag.Parse() }

// announce returns never. want are all goroutines but the caller's. What main does after it keeps alive what
// the others wait for; a deferred call would run when a panic is asked for.
func announce(want states) {
	want = want.spelled()
	settle(want)
	// Only a collection writes down since when a goroutine waits, and it writes the time of the one before
	// (mgcmark.go, waitsince; mgc.go, work.tstart).
	runtime.GC()
	runtime.GC()
	announceAsIs(want)
}

// announceAsIs does without the collection, which takes the marks of leaked goroutines away.
func announceAsIs(want states) {
	want = want.spelled()
	settle(want)
	if *dumpForm == "" {
		writeStacks()
		fmt.Println("ready")
		time.Sleep(*lifetime)
		os.Exit(0)
	}
	time.Sleep(*dumpAge)
	printDump(want)
	os.Exit(0)
}

// declare is for programs that the runtime ends by itself: only -dump truth is answered here.
func declare(want states) {
	if *dumpForm == "truth" {
		printTruth(want.spelled(), "")
		os.Exit(0)
	}
}

// waitUntil returns when at least count goroutines are in a state.
func waitUntil(state string, count int) {
	for word := range (states{state: count}).spelled() {
		deadline := time.Now().Add(settleLimit)
		for observed()[word] < count {
			if time.Now().After(deadline) {
				giveUp(states{word: count})
			}
			time.Sleep(time.Millisecond)
		}
	}
}

func settle(want states) {
	deadline := time.Now().Add(settleLimit)
	for pause := time.Millisecond; ; pause *= 2 {
		if runtime.NumGoroutine() == want.total()+1 && reflect.DeepEqual(observed(), want) {
			return
		}
		if time.Now().After(deadline) {
			giveUp(want)
		}
		if pause > 250*time.Millisecond {
			pause = 250 * time.Millisecond
		}
		time.Sleep(pause)
	}
}

func giveUp(want states) {
	fmt.Fprintf(os.Stderr, "never came to rest: want %v, have %v\n", want, observed())
	os.Exit(exitUnsettled)
}

// observed leaves out the caller, whose header comes first.
func observed() states {
	seen := states{}
	for i, line := range bytes.Split(allStacks(), []byte("\n")) {
		if i > 0 && bytes.HasPrefix(line, []byte("goroutine ")) {
			seen[stateOf(string(line))]++
		}
	}
	return seen
}

// stateOf takes "chan send" out of "goroutine 7 [chan send (scan), 3 minutes]:".
func stateOf(header string) string {
	state := header[strings.Index(header, "[")+1:]
	for _, end := range []string{"]", ",", " labels:{", " (scan)"} {
		if at := strings.Index(state, end); at >= 0 {
			state = state[:at]
		}
	}
	return state
}

var stackBuffer = make([]byte, 1<<20)

func allStacks() []byte {
	for {
		if n := runtime.Stack(stackBuffer, true); n < len(stackBuffer) {
			return stackBuffer[:n]
		}
		stackBuffer = make([]byte, 2*len(stackBuffer))
	}
}

// writeStacks leaves the program's own word for what is seen of it from outside.
func writeStacks() {
	if *truthTo == "" {
		return
	}
	if err := ioutil.WriteFile(*truthTo, allStacks(), 0600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUnsettled)
	}
}

func (s states) total() int {
	sum := 0
	for _, count := range s {
		sum += count
	}
	return sum
}

// spelled gives the words of the release this program was built with (runtime2.go, waitReasonStrings).
func (s states) spelled() states {
	out := states{}
	for state, count := range s {
		switch {
		case count == 0:
			continue
		case goMinor() < 20 && (state == "sync.Mutex.Lock" || strings.HasPrefix(state, "sync.RWMutex.")):
			state = "semacquire"
		case goMinor() < 24 && state == "sync.WaitGroup.Wait":
			state = "semacquire"
		}
		out[state] += count
	}
	return out
}

// goMinor is 26 for "go1.26.8"; development versions count as the newest.
func goMinor() int {
	parts := strings.FieldsFunc(runtime.Version(), func(r rune) bool { return r < '0' || r > '9' })
	if strings.HasPrefix(runtime.Version(), "go1.") && len(parts) > 1 {
		if minor, err := strconv.Atoi(parts[1]); err == nil {
			return minor
		}
	}
	return 1000
}

func printDump(want states) {
	switch *dumpForm {
	case "stack":
		os.Stdout.Write(allStacks())
	case "debug2", "debug1", "debug0", "leak1", "leak0":
		printProfile(*dumpForm)
	case "sigquit":
		quitFromOutside()
	case "panic":
		divertStderr()
		debug.SetTraceback("all")
		panic("a dump was asked for")
	case "truth":
		printTruth(want, "running")
	default:
		os.Exit(exitUnsupported)
	}
}

func printProfile(form string) {
	name := map[string]string{"debug": "goroutine", "leak": "goroutineleak"}[form[:len(form)-1]]
	profile := pprof.Lookup(name)
	if profile == nil {
		os.Exit(exitUnsupported)
	}
	profile.WriteTo(os.Stdout, int(form[len(form)-1]-'0'))
}

// quitFromOutside lets another process send the signal, so that the caller's state is known: asleep.
func quitFromOutside() {
	divertStderr()
	exec.Command("sh", "-c", "sleep 0.2; kill -QUIT $PPID").Start()
	time.Sleep(*lifetime)
}

// divertStderr makes the runtime's own output go to standard output.
func divertStderr() { syscall.Dup3(1, 2, 0) }

// printTruth writes what a dump must show; caller is the state of the goroutine that prints it, if any.
func printTruth(want states, caller string) {
	if caller != "" {
		want[caller]++
	}
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"go": runtime.Version(), "goroutines": want.total(), "by_status": want, "caller": caller,
	})
}
