// needs go1.21
// SPDX-License-Identifier: Apache-2.0

// A server with a cache in a bbolt file. Asked for an account, it opens the file, and has it closed when it
// returns; the refresh that it calls meanwhile opens the file again, and bbolt tries for ever to lock it. Whoever
// else opens the file tries for ever, too. All other requests are answered.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

type Broker struct {
	path string
}

func (b *Broker) open() (*bolt.DB, error) {
	return bolt.Open(b.path, 0600, nil)
}

func (b *Broker) Account(w http.ResponseWriter, r *http.Request) {
	db, err := b.open()
	if err != nil {
		return
	}
	defer db.Close()
	b.refresh(r.URL.Path)
}

func (b *Broker) refresh(name string) {
	db, err := b.open()
	if err != nil {
		return
	}
	defer db.Close()
	db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(name))
		return err
	})
}

func (b *Broker) Lookup(w http.ResponseWriter, r *http.Request) {
	db, err := b.open()
	if err != nil {
		return
	}
	defer db.Close()
	db.View(func(tx *bolt.Tx) error { return nil })
}

// ask sends a request and leaves the connection open.
func ask(listener net.Listener, path string) net.Conn {
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: cache\r\nConnection: close\r\n\r\n", path)
	return conn
}

func main() {
	folder, err := os.MkdirTemp("", "cache")
	if err != nil {
		panic(err)
	}
	broker := &Broker{path: filepath.Join(folder, "cache.db")}
	mux := http.NewServeMux()
	mux.HandleFunc("/account", broker.Account)
	mux.HandleFunc("/lookup", broker.Lookup)
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "well") })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, mux)
	account := ask(listener, "/account")
	waitUntil("sleep", 1)
	lookup := ask(listener, "/lookup")
	waitUntil("sleep", 2)
	health := ask(listener, "/health")
	io.ReadAll(health)
	health.Close()
	// Accept, and a read behind each request that may notice that its client has gone.
	announce(states{"sleep": 2, "IO wait": 3})
	fmt.Fprintln(account, lookup)
}
