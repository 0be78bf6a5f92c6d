// The permissive port: whoever begins with a TLS record gets TLS, and everybody else gets the same application without it.
package main

import (
	"bufio"
	"crypto/tls"
	"net"
)

const handshakeRecord = 0x16

// What net/http serves: connections of both kinds. It handshakes on a *tls.Conn, and on no other.
type muxed struct {
	net.Listener
	decided chan net.Conn
}

type peeked struct {
	net.Conn
	reader *bufio.Reader
}

func (connection peeked) Read(into []byte) (int, error) { return connection.reader.Read(into) }

func (listener muxed) Accept() (net.Conn, error) {
	connection, open := <-listener.decided
	if !open {
		return nil, net.ErrClosed
	}
	return connection, nil
}

// The first byte is awaited apart for each connection: one silent client must not stop everybody.
func (listener muxed) decide(connection net.Conn, config *tls.Config) {
	raw := peeked{connection, bufio.NewReader(connection)}
	first, err := raw.reader.Peek(1)
	if err != nil {
		connection.Close()
		return
	}
	if first[0] == handshakeRecord {
		listener.decided <- tls.Server(raw, config)
		return
	}
	listener.decided <- raw
}

func mux(inner net.Listener, config *tls.Config) net.Listener {
	listener := muxed{inner, make(chan net.Conn)}
	go func() {
		defer close(listener.decided)
		for {
			connection, err := inner.Accept()
			if err != nil {
				return
			}
			go listener.decide(connection, config)
		}
	}()
	return listener
}
