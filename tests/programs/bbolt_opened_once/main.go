// needs go1.21
// SPDX-License-Identifier: Apache-2.0

// A bbolt file that is opened once and used by many, who wait for their next job inside a transaction.
package main

import (
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

func serve(db *bolt.DB, jobs chan string) {
	for job := range jobs {
		db.View(func(tx *bolt.Tx) error {
			tx.Bucket([]byte(job))
			return nil
		})
	}
}

func main() {
	folder, err := os.MkdirTemp("", "cache")
	if err != nil {
		panic(err)
	}
	db, err := bolt.Open(filepath.Join(folder, "cache.db"), 0600, nil)
	if err != nil {
		panic(err)
	}
	jobs := make(chan string)
	for i := 0; i < 8; i++ {
		go serve(db, jobs)
	}
	for i := 0; i < 100; i++ {
		jobs <- "job"
	}
	announce(states{"chan receive": 8})
	close(jobs)
	db.Close()
}
