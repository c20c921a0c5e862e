// SPDX-License-Identifier: Apache-2.0

// A chat server that stops for good under load: the hub holds its read lock while it waits for a free worker,
// and every worker waits to read behind a queued writer.
package main

import (
	"net"
	"time"

	"hub/node"
	"hub/pool"
)

const (
	workers     = 13
	subscribers = 200
	visitors    = 120
	publishers  = 300
	idleClients = 40
)

// visit comes and goes: each turn takes the hub's write lock twice.
func visit(hub *node.Hub, session int) {
	for {
		hub.Subscribe("lobby", session)
		hub.Unsubscribe("lobby", session)
	}
}

func publish(hub *node.Hub) {
	for {
		hub.Broadcast(node.Message{Stream: "lobby", Text: "hello"})
	}
}

// acceptIdle keeps connections on which nobody says anything.
func acceptIdle(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go readCommands(conn)
	}
}

func readCommands(conn net.Conn) {
	defer conn.Close()
	buffer := make([]byte, 512)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

func reportStats(every time.Duration) {
	for range time.NewTicker(every).C {
	}
}

func connectIdleClients(listener net.Listener) []net.Conn {
	var clients []net.Conn
	for i := 0; i < idleClients; i++ {
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			panic(err)
		}
		clients = append(clients, client)
	}
	return clients
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go acceptIdle(listener)
	go reportStats(time.Minute)
	clients := connectIdleClients(listener)

	hub := node.NewHub(pool.New(workers))
	for session := 0; session < subscribers; session++ {
		hub.Subscribe("lobby", session)
	}
	go hub.Run()
	for i := 0; i < publishers; i++ {
		go publish(hub)
	}
	for i := 0; i < visitors; i++ {
		go visit(hub, subscribers+i)
	}
	announce(states{
		"chan send":          1 + publishers,
		"sync.RWMutex.RLock": workers,
		"sync.RWMutex.Lock":  1,
		"sync.Mutex.Lock":    visitors - 1,
		"chan receive":       1,
		"IO wait":            1 + idleClients,
	})
	clients[0].Close()
}
