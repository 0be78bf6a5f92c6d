#!/usr/bin/env bash
# Go 1.26 crypto/x509 and OpenSSL: a root renewed with its old key and name, of which only the string type is another (PrintableString became UTF8String):
#   OpenSSL verifies what the old certificate signed by the new one; Go says `certificate signed by unknown authority`.
# Guess from memory: RFC 5280 §7.1 has the two string types compared without regard to the type, and so a renewal of the root breaks no client.
# Why it matters: OpenSSL's `string_mask` became utf8only; a root that is renewed by the same command years later cuts off every client in Go.
# Output seen: the line that is compared at the end.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
root() { # string_mask → a root of the one key and name
  printf '[req]\nstring_mask=%s\ndistinguished_name=dn\n[dn]\n' "$1" >req.cnf
  openssl req -x509 -config req.cnf -key ca.key -subj '/O=Find Test/CN=Root' -days 9 -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign -addext subjectKeyIdentifier=hash
}
root pkix >old.pem
root utf8only >new.pem
printf 'subjectAltName=DNS:pay.test\nextendedKeyUsage=serverAuth\n' >leaf.ext
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf 2>/dev/null
openssl x509 -req -in leaf.csr -CA old.pem -CAkey ca.key -CAcreateserial -days 5 -extfile leaf.ext -out leaf.pem 2>/dev/null
cat >verify.go <<'GO'
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func main() {
	roots := x509.NewCertPool()
	text, _ := os.ReadFile(os.Args[1])
	roots.AppendCertsFromPEM(text)
	text, _ = os.ReadFile("leaf.pem")
	block, _ := pem.Decode(text)
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err == nil {
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "pay.test"})
	}
	fmt.Print(map[bool]string{true: "accepts", false: "refuses"}[err == nil])
}
GO
GOTOOLCHAIN=local GO111MODULE=off go build -o verify verify.go
openssl_says() { openssl verify -purpose sslserver -CAfile "$1" leaf.pem >/dev/null 2>&1 && printf accepts || printf refuses; }
seen="old root: OpenSSL $(openssl_says old.pem), Go $(./verify old.pem); new root: OpenSSL $(openssl_says new.pem), Go $(./verify new.pem)"
echo "$seen"
[ "$seen" = 'old root: OpenSSL accepts, Go accepts; new root: OpenSSL accepts, Go refuses' ] || { echo "CHANGED" >&2; exit 1; }
