#!/usr/bin/env bash
# etcd's TLS listener (go.etcd.io/etcd/client/pkg/v3/transport, what --client-crl-file sets): version 3.5.16 reads the CRL file as PEM or DER;
#   version 3.6.5 reads DER only. With the PEM file that 3.5 takes, 3.6 closes on every client, valid ones too, after a complete handshake,
#   without an alert; the reason ("x509: malformed crl") stands in its log alone. It starts without a word.
# Guess from memory: PEM, as for every other file that etcd is given; and a file that it cannot read stops the start.
# Why it matters: the upgrade from 3.5 cuts off every client. (x509.ParseCRL took both, its successor ParseRevocationList takes DER.)
# Output seen: the line that is compared at the end.
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; chmod -R u+w "$here"; rm -rf "$here"' EXIT
cd "$here"

key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
key -x509 -keyout ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
for name in server client; do
  key -keyout $name.key -out $name.csr -subj /CN=localhost
  printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=%sAuth\n' $name >$name.ext
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done
: >index
echo 01 >number
printf '[ca]\ndefault_ca=this\n[this]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n' >ca.cnf
openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.pem -crldays 3 -out crl.pem 2>/dev/null
openssl crl -in crl.pem -outform DER -out crl.der

program() { # version
  mkdir "$1" && cd "$1"
  cat >main.go <<'GO'
package main

import (
	"net"
	"net/http"
	"os"

	"go.etcd.io/etcd/client/pkg/v3/transport"
)

func main() {
	plain, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	info := transport.TLSInfo{CertFile: "server.pem", KeyFile: "server.key", TrustedCAFile: "ca.pem", ClientCertAuth: true, CRLFile: os.Args[2]}
	listener, err := transport.NewTLSListener(plain, &info)
	if err != nil {
		panic(err)
	}
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) })))
}
GO
  export GOFLAGS=-mod=mod GOPATH="$here/go" GOTOOLCHAIN=local
  go mod init find >/dev/null 2>&1
  go get "go.etcd.io/etcd/client/pkg/v3@v$1" >/dev/null 2>&1
  go build -o "../etcd-$1" .
  cd ..
}
status() { # version, CRL file → the HTTP status that the valid client gets, 000 for none
  local port answer
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "./etcd-$1" "$port" "$2" 2>/dev/null &
  server=$!
  for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
  answer=$(curl -s -o /dev/null -w '%{http_code}' --cacert ca.pem --cert client.pem --key client.key "https://localhost:$port/" --resolve "localhost:$port:127.0.0.1") || true
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  echo "$answer"
}
program 3.5.16
program 3.6.5
seen="3.5.16: PEM $(status 3.5.16 crl.pem), DER $(status 3.5.16 crl.der); 3.6.5: PEM $(status 3.6.5 crl.pem), DER $(status 3.6.5 crl.der)"
echo "etcd's listener, a valid client: $seen"
[ "$seen" = '3.5.16: PEM 200, DER 200; 3.6.5: PEM 000, DER 200' ] || { echo "CHANGED" >&2; exit 1; }
