// SPDX-License-Identifier: Apache-2.0

// A gallery of programs that are well, one behaviour for each mode, some of them under load: nothing of it may be called
// a deadlock or a leak. `healthy list` names the modes, `healthy MODE` says `ready` and goes on for ten minutes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"time"
)

// mode does not return before what it shows is going on; what it leaves in keep stays reachable.
type mode struct {
	Name string `json:"name"`
	run  func()
}

var modes = map[string]func(){}
var keep []interface{}

func well(name string, run func()) { modes[name] = run }

func list() {
	var all []mode
	for name := range modes {
		all = append(all, mode{Name: name})
	}
	sort.Slice(all, func(i, k int) bool { return all[i].Name < all[k].Name })
	json.NewEncoder(os.Stdout).Encode(all)
}

// goOn says ready. Modes whose main goroutine waits for something of its own call it before.
func goOn() {
	time.Sleep(50 * time.Millisecond)
	runtime.GC()
	fmt.Println("ready")
	time.AfterFunc(10*time.Minute, func() { os.Exit(0) })
}

func main() {
	if len(os.Args) != 2 || os.Args[1] == "list" {
		list()
		return
	}
	run, found := modes[os.Args[1]]
	if !found {
		fmt.Fprintln(os.Stderr, "no such mode")
		os.Exit(2)
	}
	run()
	goOn()
	for {
		time.Sleep(time.Hour)
	}
}
