// SPDX-License-Identifier: Apache-2.0

// Package node keeps the sessions of a chat server and hands them what is broadcast.
package node

import (
	"sync"

	"hub/pool"
)

// Message goes to all sessions of a stream.
type Message struct {
	Stream string
	Text   string
}

// Hub knows which session listens to which stream.
type Hub struct {
	mu        sync.RWMutex
	streams   map[string]map[int]bool
	delivered map[int]int
	broadcast chan Message
	pool      *pool.Pool
}

// NewHub needs Run to be called before anything is broadcast.
func NewHub(workers *pool.Pool) *Hub {
	return &Hub{
		streams:   map[string]map[int]bool{},
		delivered: map[int]int{},
		broadcast: make(chan Message),
		pool:      workers,
	}
}

// Run delivers what is broadcast, one message after the other.
func (h *Hub) Run() {
	for message := range h.broadcast {
		h.broadcastToStream(message)
	}
}

// Broadcast waits until the hub has taken the message.
func (h *Hub) Broadcast(message Message) {
	h.broadcast <- message
}

// Subscribe adds a session to a stream.
func (h *Hub) Subscribe(stream string, session int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams[stream] == nil {
		h.streams[stream] = map[int]bool{}
	}
	h.streams[stream][session] = true
}

// Unsubscribe takes a session out of a stream.
func (h *Hub) Unsubscribe(stream string, session int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams[stream], session)
}

// broadcastToStream holds the read lock while it waits for free workers. This is the mistake: a worker
// that wants to read behind a waiting writer waits for this lock.
func (h *Hub) broadcastToStream(message Message) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for session := range h.streams[message.Stream] {
		id := session
		h.pool.Schedule(func() { h.deliver(id, message) })
	}
}

func (h *Hub) deliver(session int, message Message) {
	if h.listens(session, message.Stream) {
		write(session, message.Text)
	}
}

func (h *Hub) listens(session int, stream string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.streams[stream][session]
}

// write stands for the network.
func write(session int, text string) int { return session + len(text) }
