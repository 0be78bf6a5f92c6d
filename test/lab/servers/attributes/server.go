// A server that admits whoever has an extension with the text that it wants, once TLS has verified the certificate.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// revoked reads every list of a PEM file.
func revoked(file string) map[string]bool {
	found := map[string]bool{}
	for block, rest := pem.Decode(must(os.ReadFile(file))); block != nil; block, rest = pem.Decode(rest) {
		for _, entry := range must(x509.ParseRevocationList(block.Bytes)).RevokedCertificateEntries {
			found[entry.SerialNumber.String()] = true
		}
	}
	return found
}

func has(certificate *x509.Certificate, oid, want string) bool {
	for _, extension := range certificate.Extensions {
		var value string
		if extension.Id.String() != oid {
			continue
		}
		if _, err := asn1.Unmarshal(extension.Value, &value); err == nil && value == want {
			return true
		}
	}
	return false
}

func main() {
	address := flag.String("address", "", "")
	cert, key := flag.String("cert", "", ""), flag.String("key", "", "")
	ca, crl := flag.String("ca", "", ""), flag.String("crl", "", "")
	oid, want := flag.String("oid", "", ""), flag.String("want", "", "")
	flag.Parse()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(must(os.ReadFile(*ca)))
	lists := revoked(*crl)
	server := http.Server{
		Addr: *address,
		Handler: http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
			if !has(request.TLS.PeerCertificates[0], *oid, *want) {
				http.Error(answer, "another department", http.StatusForbidden)
				return
			}
			answer.Write([]byte("ok\n"))
		}),
		TLSConfig: &tls.Config{
			ClientAuth: tls.RequireAndVerifyClientCert,
			ClientCAs:  roots,
			VerifyConnection: func(state tls.ConnectionState) error {
				if lists[state.PeerCertificates[0].SerialNumber.String()] {
					return errors.New("revoked")
				}
				return nil
			},
		},
	}
	log.Fatal(server.ListenAndServeTLS(*cert, *key))
}
