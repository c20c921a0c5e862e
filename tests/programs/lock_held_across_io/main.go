// SPDX-License-Identifier: Apache-2.0

// A session waits for an answer from the network with its lock held; the other side never answers.
package main

import (
	"net"
	"sync"
)

type Session struct {
	mu   sync.Mutex
	conn net.Conn
}

func (s *Session) Call(request string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn.Write([]byte(request))
	answer := make([]byte, 64)
	n, _ := s.conn.Read(answer)
	return string(answer[:n])
}

// connect gives both ends of a TCP connection.
func connect() (client, server net.Conn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	client, err = net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	server, err = listener.Accept()
	if err != nil {
		panic(err)
	}
	return client, server
}

func main() {
	client, server := connect()
	session := &Session{conn: client}
	go session.Call("who are you")
	waitUntil("IO wait", 1)
	for i := 0; i < 10; i++ {
		go session.Call("and you")
	}
	announce(states{"IO wait": 1, "sync.Mutex.Lock": 10})
	server.Close()
}
