// Ways to judge a client that are an application's own.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log"
	"time"
)

func authorities(path string) (found []*x509.Certificate) {
	for rest := read(path); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return found
		}
		authority, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			log.Fatal(err)
		}
		found = append(found, authority)
	}
}

func signed(one, by *x509.Certificate) bool {
	return bytes.Equal(one.RawIssuer, by.RawSubject) && by.CheckSignature(one.SignatureAlgorithm, one.RawTBSCertificate, one.Signature) == nil
}

func isForClients(leaf *x509.Certificate) bool {
	for _, usage := range leaf.ExtKeyUsage {
		if usage == x509.ExtKeyUsageClientAuth {
			return true
		}
	}
	return false
}

// Names, signatures, dates, usage and revocation, up to an authority; never whether an issuer is a CA (RFC 5280, 6.1.4 (k)).
func ownPath(roots []*x509.Certificate, listed map[string]bool) func([][]byte, [][]*x509.Certificate) error {
	return func(raw [][]byte, _ [][]*x509.Certificate) error {
		var path []*x509.Certificate
		for _, der := range raw {
			next, err := x509.ParseCertificate(der)
			if err != nil {
				return err
			}
			if now := time.Now(); now.Before(next.NotBefore) || now.After(next.NotAfter) || listed[next.SerialNumber.String()] {
				return errors.New("not in force")
			}
			if len(path) > 0 && !signed(path[len(path)-1], next) {
				return errors.New("not in order")
			}
			path = append(path, next)
		}
		if !isForClients(path[0]) {
			return errors.New("not for clients")
		}
		for _, root := range roots {
			if signed(path[len(path)-1], root) {
				return nil
			}
		}
		return errors.New("unknown issuer")
	}
}

// A session that comes back is nobody's: what was learnt of its client was kept with the connection.
func forgets(state tls.ConnectionState) error {
	if state.DidResume {
		return errors.New("no certificate was shown")
	}
	return nil
}
