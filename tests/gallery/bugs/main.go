// SPDX-License-Identifier: Apache-2.0

// A gallery of programs that get stuck, one behaviour for each mode. `bugs list` says what must be found in each,
// `bugs MODE` brings it about, says `ready` and keeps still.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sort"
	"time"
)

// bug is a mode and what must be said about it.
type bug struct {
	Name string `json:"name"`
	// Shapes and severities of which one must be that of the only finding.
	Shapes     []string `json:"shapes"`
	Severities []string `json:"severities"`
	// Functions of which one must be among the culprits.
	Blame []string `json:"blame"`
	// Functions of which one must be said to hold the lock, where memory shows that.
	Holders []string `json:"holders"`
	// Whoever runs could still act, for what is waited for hangs on a package-level variable.
	Unprovable bool `json:"unprovable"`
	// Nothing is left to doubt.
	Proved bool `json:"proved"`

	run func()
}

var bugs = map[string]bug{}

// stuck registers a mode. Shapes may be several, where the words allow both.
func stuck(name, shape, severity, blame string, run func()) {
	bugs[name] = bug{Name: name, Shapes: words(shape), Severities: words(severity), Blame: words(blame), run: run}
}

// held registers a mode in which a function holds a lock that others wait for.
func held(name, shape, severity, holder string, run func()) {
	stuck(name, shape, severity, holder, run)
	b := bugs[name]
	b.Holders = words(holder)
	bugs[name] = b
}

// proved registers a mode of which nothing less than that must be said.
func proved(name, shape, severity, blame string, run func()) {
	stuck(name, shape, severity, blame, run)
	b := bugs[name]
	b.Proved = true
	bugs[name] = b
}

// unprovable registers a mode of which it is right to say little.
func unprovable(name, shape, severity, blame string, run func()) {
	stuck(name, shape, severity, blame, run)
	b := bugs[name]
	b.Unprovable = true
	bugs[name] = b
}

func words(text string) []string {
	var out []string
	for _, word := range bytes.Fields([]byte(text)) {
		out = append(out, string(word))
	}
	return out
}

func list() {
	var all []bug
	for _, b := range bugs {
		all = append(all, b)
	}
	sort.Slice(all, func(i, k int) bool { return all[i].Name < all[k].Name })
	json.NewEncoder(os.Stdout).Encode(all)
}

// settle waits until all stacks are the same several times in a row.
func settle() {
	before, same := "", 0
	for i := 0; i < 500 && same < 5; i++ {
		time.Sleep(10 * time.Millisecond)
		now := stacks()
		if now == before {
			same++
		} else {
			before, same = now, 0
		}
	}
}

func stacks() string {
	buffer := make([]byte, 1<<20)
	return string(buffer[:runtime.Stack(buffer, true)])
}

func main() {
	if len(os.Args) != 2 || os.Args[1] == "list" {
		list()
		return
	}
	b, found := bugs[os.Args[1]]
	if !found {
		fmt.Fprintln(os.Stderr, "no such mode")
		os.Exit(2)
	}
	b.run()
	settle()
	fmt.Println("ready")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	select {
	case <-stop:
	case <-time.After(10 * time.Minute):
	}
}
