// Every case of a manifest, verified as crypto/tls verifies a server: a line each, name and OK or the error.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func blocks(file string) ([][]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var found [][]byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		found = append(found, block.Bytes)
	}
	return found, nil
}

// Like (*tls.Conn).verifyServerCertificate: every served certificate must be readable.
func verify(folder, name string, at time.Time) error {
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	anchors, err := os.ReadFile(filepath.Join(folder, "anchors.pem"))
	if err != nil {
		return err
	}
	roots.AppendCertsFromPEM(anchors)
	served, err := blocks(filepath.Join(folder, "served.pem"))
	if err != nil {
		return err
	}
	var chain []*x509.Certificate
	for _, der := range served {
		each, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		chain = append(chain, each)
	}
	for _, each := range chain[1:] {
		intermediates.AddCert(each)
	}
	_, err = chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, DNSName: name, CurrentTime: at})
	return err
}

func main() {
	manifest := os.Args[1]
	file, err := os.Open(manifest)
	if err != nil {
		panic(err)
	}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		seconds, err := strconv.ParseInt(fields[3], 10, 64)
		if err != nil {
			panic(err)
		}
		name := fields[2]
		if fields[1] == "none" {
			name = ""
		}
		answer := "OK"
		if err := verify(filepath.Join(filepath.Dir(manifest), fields[0]), name, time.Unix(seconds, 0)); err != nil {
			answer = strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Printf("%s\t%s\n", fields[0], answer)
	}
}
