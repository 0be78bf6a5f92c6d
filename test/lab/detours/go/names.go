// One port, two names, one CA; which identity may enter is decided by name, inside TLS.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	mode := flag.String("mode", "", "where the name is checked: peer, connection or keys")
	cert, key, ca := flag.String("cert", "", ""), flag.String("key", "", ""), flag.String("ca", "", "")
	flag.Parse()
	pair, err := tls.LoadX509KeyPair(*cert, *key)
	if err != nil {
		log.Fatal(err)
	}
	pem, err := os.ReadFile(*ca)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	common := &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    pool,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS12,
	}
	admits := map[string]string{"strict.localhost": "payments", "open.localhost": "orders"}
	configs := map[string]*tls.Config{}
	for server, client := range admits {
		config := common.Clone()
		check := func(leaf *x509.Certificate) error {
			if leaf.Subject.CommonName != client {
				return errors.New("another identity")
			}
			return nil
		}
		if *mode == "connection" {
			config.VerifyConnection = func(state tls.ConnectionState) error { return check(state.PeerCertificates[0]) }
		} else {
			// Not called for a connection that is resumed.
			config.VerifyPeerCertificate = func(_ [][]byte, chains [][]*x509.Certificate) error { return check(chains[0][0]) }
		}
		if *mode == "keys" {
			// Otherwise the tickets of all names have the keys of the configuration that they came from.
			var own [32]byte
			copy(own[:], server)
			config.SetSessionTicketKeys([][32]byte{own})
		}
		configs[server] = config
	}
	outer := common.Clone()
	outer.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if config := configs[hello.ServerName]; config != nil {
			return config, nil
		}
		return nil, errors.New("unknown name")
	}
	server := http.Server{Addr: *address, TLSConfig: outer, ErrorLog: log.New(io.Discard, "", 0)}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "payments: ok") })
	log.Fatal(server.ListenAndServeTLS("", ""))
}
