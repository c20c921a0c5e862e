// SPDX-License-Identifier: Apache-2.0

// A client that looks only at the status of its answers and never closes their bodies.
package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
)

func answer(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte(strings.Repeat("a line of text\n", 200)))
}

func fetchStatus(url string) int {
	response, err := http.Get(url)
	if err != nil {
		panic(err)
	}
	return response.StatusCode
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(answer))
	for i := 0; i < 20; i++ {
		fetchStatus(server.URL)
	}
	announce(states{"select": 40, "IO wait": 21})
}
