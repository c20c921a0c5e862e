// SPDX-License-Identifier: Apache-2.0

// A lock file that another process holds, and a goroutine that tries again and again.
package main

import (
	"fmt"
	"io"
	"io/ioutil"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

func open(path string) *os.File {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0600)
	if err != nil {
		panic(err)
	}
	return file
}

// hold keeps the lock until its parent has gone.
func hold(path string) {
	file := open(path)
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		panic(err)
	}
	fmt.Println("locked")
	io.Copy(ioutil.Discard, os.Stdin)
	file.Close()
	os.Exit(0)
}

func holdElsewhere(path string) io.Closer {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "HOLD="+path)
	stdin, _ := child.StdinPipe()
	stdout, _ := child.StdoutPipe()
	if err := child.Start(); err != nil {
		panic(err)
	}
	io.ReadFull(stdout, make([]byte, len("locked\n")))
	return stdin
}

func lock(path string) *os.File {
	file := open(path)
	for syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == syscall.EWOULDBLOCK {
		time.Sleep(20 * time.Millisecond)
	}
	return file
}

func work(path string) {
	file := lock(path)
	defer file.Close()
}

func main() {
	if path := os.Getenv("HOLD"); path != "" {
		hold(path)
	}
	folder, err := ioutil.TempDir("", "lock")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(folder, "app.lock")
	other := holdElsewhere(path)
	go work(path)
	announce(states{"sleep": 1})
	other.Close()
}
