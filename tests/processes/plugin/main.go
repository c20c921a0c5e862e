// SPDX-License-Identifier: Apache-2.0

// Calls into a plugin, whose goroutines wait: main PLUGIN TRUTH
package main

import (
	"fmt"
	"io/ioutil"
	"os"
	"plugin"
	"runtime"
	"time"
)

func main() {
	opened, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	begin, _ := opened.Lookup("Begin")
	begin.(func(int))(20)
	time.Sleep(200 * time.Millisecond)
	text := make([]byte, 1<<20)
	ioutil.WriteFile(os.Args[2], text[:runtime.Stack(text, true)], 0600)
	fmt.Println("ready")
	time.Sleep(time.Hour)
}
