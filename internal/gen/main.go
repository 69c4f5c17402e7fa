// Command gen keeps the service packages alike.
//
// What several of them have word for word has one master, ordinary code that
// people edit, mostly in nas. The test TestCopies compares the copies with it
// and, with -write, writes them:
//
//	go generate ./...
package main

//go:generate go test -run=^TestCopies$ -write

func main() {}
