// SPDX-License-Identifier: Apache-2.0

// Two transfers in opposite directions: each locks its own account first and then waits for the other's.
package main

import "sync"

type Account struct {
	mu      sync.Mutex
	balance int
}

// bothHold makes sure that each transfer has its first lock before it asks for the second.
var bothHold sync.WaitGroup

func (a *Account) transfer(to *Account, amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	bothHold.Done()
	bothHold.Wait()
	to.mu.Lock()
	defer to.mu.Unlock()
	a.balance -= amount
	to.balance += amount
}

func (a *Account) Balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

func main() {
	alice, bob := &Account{balance: 100}, &Account{balance: 100}
	bothHold.Add(2)
	go alice.transfer(bob, 10)
	go bob.transfer(alice, 20)
	waitUntil("sync.Mutex.Lock", 2)
	for i := 0; i < 5; i++ {
		go alice.Balance()
	}
	announce(states{"sync.Mutex.Lock": 7})
}
