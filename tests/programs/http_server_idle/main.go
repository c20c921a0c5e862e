// SPDX-License-Identifier: Apache-2.0

// A healthy server and ten keep-alive connections on which nothing happens.
package main

import (
	"io"
	"io/ioutil"
	"net/http"
	"net/http/httptest"
	"sync"
)

// together makes the requests overlap, so that each has a connection of its own.
var together sync.WaitGroup

func answer(w http.ResponseWriter, r *http.Request) {
	together.Done()
	together.Wait()
	w.Write([]byte("fine"))
}

func fetch(client *http.Client, url string, done chan<- bool) {
	response, err := client.Get(url)
	if err != nil {
		panic(err)
	}
	io.Copy(ioutil.Discard, response.Body)
	response.Body.Close()
	done <- true
}

func main() {
	const connections = 10
	together.Add(connections)
	server := httptest.NewServer(http.HandlerFunc(answer))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	done := make(chan bool)
	for i := 0; i < connections; i++ {
		go fetch(client, server.URL, done)
	}
	for i := 0; i < connections; i++ {
		<-done
	}
	announce(states{"select": connections, "IO wait": 2*connections + 1})
}
