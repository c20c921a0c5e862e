// SPDX-License-Identifier: Apache-2.0

// Healthy: a server with five hundred quiet connections.
package main

import (
	"bufio"
	"net"
)

func serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		conn.Write(lines.Bytes())
	}
}

func acceptLoop(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(conn)
	}
}

func main() {
	const count = 500
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go acceptLoop(listener)
	clients := make([]net.Conn, count)
	for i := range clients {
		if clients[i], err = net.Dial("tcp", listener.Addr().String()); err != nil {
			panic(err)
		}
	}
	announce(states{"IO wait": count + 1})
	clients[0].Close()
}
