// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"io/ioutil"
	"net"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"time"
)

func mustListen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	return listener
}

// serve answers every request after a while.
func serve(takes time.Duration) string {
	listener := mustListen()
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pause(takes)
		fmt.Fprintln(w, "yes")
	}))
	return "http://" + listener.Addr().String()
}

func get(client *http.Client, url string) {
	if answer, err := client.Get(url); err == nil {
		io.Copy(ioutil.Discard, answer.Body)
		answer.Body.Close()
	}
}

// echo is a line protocol with a reader and a writer for each connection.
type echo struct {
	conn net.Conn
	out  chan string
	quit chan struct{}
}

func (e *echo) read() {
	defer close(e.quit)
	lines := bufio.NewScanner(e.conn)
	for lines.Scan() {
		e.out <- lines.Text()
	}
}

func (e *echo) write() {
	for {
		select {
		case line := <-e.out:
			fmt.Fprintln(e.conn, line)
		case <-e.quit:
			e.conn.Close()
			return
		}
	}
}

func serveEcho() string {
	listener := mustListen()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			e := &echo{conn, make(chan string, 4), make(chan struct{})}
			go e.read()
			go e.write()
		}
	}()
	return listener.Addr().String()
}

// outbound keeps what is to be written in a queue with a condition.
type outbound struct {
	mu      sync.Mutex
	wake    *sync.Cond
	pending int
	conn    net.Conn
}

func (o *outbound) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for o.pending == 0 {
			o.wake.Wait()
		}
		o.pending = 0
		fmt.Fprintln(o.conn, "data")
	}
}

type memoryDriver struct{ takes time.Duration }
type memoryConn struct{ takes time.Duration }
type memoryStmt struct{ takes time.Duration }
type memoryRows struct{ left int }

func (d memoryDriver) Open(string) (driver.Conn, error)         { return memoryConn(d), nil }
func (c memoryConn) Prepare(string) (driver.Stmt, error)        { return memoryStmt(c), nil }
func (c memoryConn) Close() error                               { return nil }
func (c memoryConn) Begin() (driver.Tx, error)                  { return memoryTx{}, nil }
func (s memoryStmt) Close() error                               { return nil }
func (s memoryStmt) NumInput() int                              { return 0 }
func (s memoryStmt) Exec([]driver.Value) (driver.Result, error) { return nil, io.EOF }
func (s memoryStmt) Query([]driver.Value) (driver.Rows, error) {
	pause(s.takes)
	return &memoryRows{3}, nil
}
func (r *memoryRows) Columns() []string { return []string{"a"} }
func (r *memoryRows) Close() error      { return nil }

type memoryTx struct{}

func (memoryTx) Commit() error   { return nil }
func (memoryTx) Rollback() error { return nil }

func (r *memoryRows) Next(values []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	r.left--
	values[0] = int64(r.left)
	return nil
}

func openMemory(takes time.Duration) *sql.DB {
	sql.Register("memory", memoryDriver{takes})
	db, err := sql.Open("memory", "")
	if err != nil {
		os.Exit(3)
	}
	return db
}

func query(db *sql.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rows, err := db.QueryContext(ctx, "select")
	if err != nil {
		return
	}
	defer rows.Close()
	for rows.Next() {
	}
}

type Arithmetic int

func (Arithmetic) Double(n int, out *int) error { *out = 2 * n; return nil }

func init() {
	well("http_idle", func() { serve(1) })
	well("http_busy", func() {
		url, client := serve(5*time.Millisecond), &http.Client{}
		every(20, 5*time.Millisecond, func() { get(client, url) })
	})
	well("http_keep_alive", func() {
		url := serve(1)
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20}}
		var all sync.WaitGroup
		for i := 0; i < 20; i++ {
			all.Add(1)
			go func() { defer all.Done(); get(client, url) }()
		}
		all.Wait()
		keep = append(keep, client)
	})
	well("http_limited", func() {
		// More requests than connections: they wait for each other's.
		url := serve(20 * time.Millisecond)
		client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 2}}
		every(20, time.Millisecond, func() { get(client, url) })
	})
	well("http_long_poll", func() {
		listener, news := mustListen(), make(chan int)
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-news:
			case <-r.Context().Done():
			}
		}))
		for i := 0; i < 10; i++ {
			go get(http.DefaultClient, "http://"+listener.Addr().String())
		}
		keep = append(keep, news)
	})
	well("http_long_poll_lost", func() {
		// Only the client's leaving ends these.
		listener := mustListen()
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		for i := 0; i < 10; i++ {
			go get(http.DefaultClient, "http://"+listener.Addr().String())
		}
	})
	well("http_stream", func() {
		listener := mustListen()
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for {
				fmt.Fprintln(w, "tick")
				w.(http.Flusher).Flush()
				select {
				case <-time.After(50 * time.Millisecond):
				case <-r.Context().Done():
					return
				}
			}
		}))
		for i := 0; i < 5; i++ {
			go get(http.DefaultClient, "http://"+listener.Addr().String())
		}
	})
	well("http_timeout_handler", func() {
		listener := mustListen()
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pause(10 * time.Millisecond) })
		go http.Serve(listener, http.TimeoutHandler(slow, time.Second, "late"))
		every(10, 5*time.Millisecond, func() { get(http.DefaultClient, "http://"+listener.Addr().String()) })
	})
	well("http_locked_handler", func() {
		listener, s := mustListen(), newStore()
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.save(2 * time.Millisecond) }))
		every(10, time.Millisecond, func() { get(http.DefaultClient, "http://"+listener.Addr().String()) })
	})
	well("http_shutdown_waits", func() {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(time.Hour):
			case <-r.Context().Done():
			}
		}))
		go get(http.DefaultClient, server.URL)
		time.Sleep(50 * time.Millisecond)
		go server.Config.Shutdown(context.Background())
	})
	well("echo_idle", func() {
		address := serveEcho()
		for i := 0; i < 10; i++ {
			if conn, err := net.Dial("tcp", address); err == nil {
				keep = append(keep, conn)
				go io.Copy(ioutil.Discard, conn)
			}
		}
	})
	well("echo_busy", func() {
		address := serveEcho()
		for i := 0; i < 10; i++ {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				continue
			}
			go io.Copy(ioutil.Discard, conn)
			every(1, 5*time.Millisecond, func() { fmt.Fprintln(conn, "hello") })
		}
	})
	well("outbound_idle", func() {
		address := serveEcho()
		for i := 0; i < 10; i++ {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				continue
			}
			o := &outbound{conn: conn}
			o.wake = sync.NewCond(&o.mu)
			go o.flush()
			go func() {
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					o.mu.Lock()
					o.pending++
					o.mu.Unlock()
					o.wake.Signal()
				}
			}()
		}
	})
	well("sql_idle", func() {
		db := openMemory(1)
		db.SetMaxIdleConns(4)
		query(db)
		keep = append(keep, db)
	})
	well("sql_busy", func() {
		db := openMemory(5 * time.Millisecond)
		db.SetMaxOpenConns(3)
		every(20, time.Millisecond, func() { query(db) })
	})
	well("sql_transactions", func() {
		db := openMemory(time.Millisecond)
		db.SetMaxOpenConns(2)
		every(10, time.Millisecond, func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if tx, err := db.BeginTx(ctx, nil); err == nil {
				pause(5 * time.Millisecond)
				tx.Commit()
			}
		})
	})
	well("rpc_busy", func() {
		listener := mustListen()
		rpc.Register(Arithmetic(0))
		go rpc.Accept(listener)
		client, err := rpc.Dial("tcp", listener.Addr().String())
		if err != nil {
			return
		}
		every(10, time.Millisecond, func() {
			var out int
			client.Call("Arithmetic.Double", 2, &out)
		})
	})
	well("udp_idle", func() {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err == nil {
			go conn.ReadFrom(make([]byte, 100))
		}
	})
	well("stdin", func() { go io.Copy(ioutil.Discard, os.Stdin) })
	well("main_reads_stdin", func() { goOn(); io.Copy(ioutil.Discard, os.Stdin) })
	well("os_pipe", func() {
		r, w, err := os.Pipe()
		if err == nil {
			go io.Copy(ioutil.Discard, r)
			keep = append(keep, w)
		}
	})
	well("io_pipe", func() {
		r, w := io.Pipe()
		go io.Copy(ioutil.Discard, r)
		every(1, 10*time.Millisecond, func() { fmt.Fprintln(w, "hello") })
	})
	well("child", func() {
		child := exec.Command("sleep", "600")
		if child.Start() == nil {
			go child.Wait()
		}
	})
	well("child_talks", func() {
		child := exec.Command("cat")
		in, _ := child.StdinPipe()
		out, _ := child.StdoutPipe()
		if child.Start() == nil {
			go io.Copy(ioutil.Discard, out)
			every(1, 10*time.Millisecond, func() { fmt.Fprintln(in, "hello") })
		}
	})
	well("signals", func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt)
		serve(1)
		goOn()
		<-stop
	})
	well("cache_across_http", func() {
		url, s := serve(20*time.Millisecond), newStore()
		every(10, time.Millisecond, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			get(http.DefaultClient, url)
		})
	})
}
