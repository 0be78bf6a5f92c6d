// A relying party on Go's own net/http and crypto/tls: refuses with TLS alerts of its own choice.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

var modes = map[string]tls.ClientAuthType{
	"strict":          tls.RequireAndVerifyClientCert,
	"closes":          tls.RequireAndVerifyClientCert,
	"lax-in-tls12":    tls.RequireAndVerifyClientCert,
	"permissive":      tls.RequireAndVerifyClientCert,
	"verify-if-given": tls.VerifyClientCertIfGiven,
	"require-any":     tls.RequireAnyClientCert,
	"require-named":   tls.RequireAnyClientCert,
	"own-path":        tls.RequireAnyClientCert,
	"forgets":         tls.RequireAndVerifyClientCert,
	"request":         tls.RequestClientCert,
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

// crypto/tls knows no CRL: without this, a revoked certificate would be accepted.
// RevokedCertificates is the older name: the Go that Debian ships knows no other.
func revoked(path string) map[string]bool {
	serials := map[string]bool{}
	for rest := read(path); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return serials
		}
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			log.Fatal(err)
		}
		for _, entry := range list.RevokedCertificates {
			serials[entry.SerialNumber.String()] = true
		}
	}
}

func main() {
	mode := flag.String("mode", "strict", "how client certificates are judged")
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	cert, key := flag.String("cert", "", ""), flag.String("key", "", "")
	ca, crl := flag.String("ca", "", ""), flag.String("crl", "", "")
	principal := flag.String("principal", "", "the URI that may enter; empty: everybody whom TLS lets in")
	flag.Parse()

	pair, err := tls.LoadX509KeyPair(*cert, *key)
	if err != nil {
		log.Fatal(err)
	}
	pool, listed := x509.NewCertPool(), revoked(*crl)
	pool.AppendCertsFromPEM(read(*ca))
	server := http.Server{ErrorLog: log.New(io.Discard, "", 0)}
	server.TLSConfig = &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientCAs:    pool,
		ClientAuth:   modes[*mode],
		MinVersion:   tls.VersionTLS12,
		VerifyPeerCertificate: func(_ [][]byte, chains [][]*x509.Certificate) error {
			for _, chain := range chains {
				if listed[chain[0].SerialNumber.String()] {
					return errors.New("revoked")
				}
			}
			return nil
		},
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only the permissive port serves what came without TLS.
		if *principal != "" && r.TLS != nil && !carries(r.TLS.PeerCertificates, *principal) {
			if *mode == "closes" {
				panic(http.ErrAbortHandler)
			}
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		fmt.Fprintln(w, "payments: ok")
	})
	if *mode == "own-path" {
		server.TLSConfig.VerifyPeerCertificate = ownPath(authorities(*ca), listed)
	}
	if *mode == "forgets" {
		server.TLSConfig.VerifyConnection = forgets
	}
	if *mode == "lax-in-tls12" {
		server.TLSConfig.GetConfigForClient = lax(server.TLSConfig)
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	if *mode == "permissive" {
		log.Fatal(server.Serve(mux(listener, server.TLSConfig)))
	}
	log.Fatal(server.ServeTLS(listener, "", ""))
}

func carries(chain []*x509.Certificate, principal string) bool {
	return len(chain) > 0 && len(chain[0].URIs) == 1 && chain[0].URIs[0].String() == principal
}

// An exception for old clients that outlived them: who offers nothing newer than TLS 1.2 may come without a certificate.
func lax(config *tls.Config) func(*tls.ClientHelloInfo) (*tls.Config, error) {
	exception := config.Clone()
	exception.ClientAuth = tls.VerifyClientCertIfGiven
	return func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		for _, version := range hello.SupportedVersions {
			if version >= tls.VersionTLS13 {
				return nil, nil
			}
		}
		return exception, nil
	}
}
