package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A proxy carries connections to a server, some of them badly.
type proxy struct {
	listener net.Listener
	backend  string
	settle   time.Duration
	good     atomic.Bool

	mu     sync.Mutex
	random *rand.Rand
	open   map[net.Conn]bool
}

func newProxy(backend string, settle time.Duration, seed uint64) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, backend: backend, settle: settle, random: rand.New(rand.NewPCG(seed, 1)), open: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(c)
		}
	}()
	return p, nil
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// behave ends all faults, and the connections that may have one.
func (p *proxy) behave() {
	p.good.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.behave()
}

// A fate is what happens to a connection.
type fate struct {
	refused  bool          // it is reset at once
	requests int           // that are carried well
	cut      int           // bytes of the next request after which it is reset; 0 for none
	lost     bool          // the next response is not carried
	halved   bool          // half of the next response is
	delay    time.Duration // of each piece
}

// fate draws one. About half of the connections are good.
func (p *proxy) fate() (f fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f.requests = p.random.IntN(4)
	if p.good.Load() {
		f.requests = 1 << 30
		return f
	}
	switch p.random.IntN(10) {
	case 0:
		f.refused = true
	case 1:
		f.cut = 1 + p.random.IntN(400)
	case 2, 3:
		f.lost = true
	case 4:
		f.halved = true
	case 5:
		// Within what is left of Settle for the network.
		f.delay = time.Duration(p.random.Int64N(int64(p.settle / 8)))
		f.requests = 1 << 30
	default:
		f.requests = 1 << 30
	}
	return f
}

// carry carries one connection. A piece that is read is a request or a response, as
// those of these services are short.
func (p *proxy) carry(c net.Conn) {
	defer reset(c)
	f := p.fate()
	if f.refused {
		return
	}
	b, err := net.Dial("tcp", p.backend)
	if err != nil {
		return
	}
	defer b.Close()
	p.mu.Lock()
	p.open[c] = true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.open, c)
		p.mu.Unlock()
	}()
	var carried atomic.Int64 // responses
	go func() {
		// The server is to see the end of the request, not that of the client.
		defer b.(*net.TCPConn).CloseWrite()
		pieces(c, func(piece []byte) bool {
			time.Sleep(f.delay)
			if f.cut > 0 && int(carried.Load()) >= f.requests {
				_, _ = b.Write(piece[:min(f.cut, len(piece))])
				reset(c)
				return false
			}
			_, err := b.Write(piece)
			return err == nil
		})
	}()
	pieces(b, func(piece []byte) bool {
		time.Sleep(f.delay)
		if int(carried.Load()) >= f.requests {
			if f.lost {
				return false
			}
			if f.halved {
				_, _ = c.Write(piece[:len(piece)/2])
				return false
			}
		}
		carried.Add(1)
		_, err := c.Write(piece)
		return err == nil
	})
}

// pieces reads from c until it ends or f returns false.
func pieces(c net.Conn, f func([]byte) bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.Read(buffer)
		if n > 0 && !f(buffer[:n]) || err != nil {
			return
		}
	}
}

// reset ends a connection with RST.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
