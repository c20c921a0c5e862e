module main

go 1.21

require go.etcd.io/bbolt v1.3.10

require golang.org/x/sys v0.4.0 // indirect
