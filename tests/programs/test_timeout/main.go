// SPDX-License-Identifier: Apache-2.0

// A test that waits for an answer nobody sends, until its time is up.
package main

import (
	"flag"
	"testing"
)

type service struct{ answers chan string }

func (s *service) ask(question string) string { return <-s.answers }

func testAnswer(t *testing.T) {
	s := &service{answers: make(chan string)}
	if s.ask("how late is it") == "" {
		t.Fail()
	}
}

func matchAll(pattern, name string) (bool, error) { return true, nil }

func main() {
	declare(states{"running": 1, "chan receive": 2})
	testing.Init()
	flag.Set("test.timeout", "1s")
	testing.Main(matchAll, []testing.InternalTest{{Name: "TestAnswer", F: testAnswer}}, nil, nil)
}
