// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines with profiler labels, plain ones and ones that are hard to read back.
package main

import (
	"context"
	"runtime/pprof"
)

func waitWith(labels pprof.LabelSet, stop <-chan bool) {
	pprof.Do(context.Background(), labels, func(context.Context) { <-stop })
}

func main() {
	stop := make(chan bool)
	for _, labels := range []pprof.LabelSet{
		pprof.Labels("request", "/login", "user", "42"),
		pprof.Labels("request", "/logout"),
		pprof.Labels("odd key", "brackets ]: and }, \"quotes\" and \\"),
		pprof.Labels("empty", "", "größe", "世界\n\tgoroutine 1 [running]:"),
	} {
		go waitWith(labels, stop)
	}
	announce(states{"chan receive": 4})
	close(stop)
}
