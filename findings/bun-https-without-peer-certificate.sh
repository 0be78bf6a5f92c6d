#!/usr/bin/env bash
# Bun 1.4.5, node:https with requestCert, rejectUnauthorized and a CA: the valid client is let in and `request.socket.authorized` is true, but
#   `request.socket.getPeerCertificate` does not exist: whose certificate it was cannot be asked where Node's documentation says so.
# Guess from memory: the method is there, as in Node, whose API this is.
# Why it matters: an application that tells its clients apart by their certificate serves them on Node, and on Bun none of them.
# Output seen: the line that is compared at the end.
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$here"' EXIT
cd "$here"
npm init --yes >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts @oven/bun-linux-x64@1.4.5 >/dev/null

key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
key -x509 -keyout ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE
printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' >server.ext
printf 'subjectAltName=DNS:client,URI:spiffe://find.test/client\nextendedKeyUsage=clientAuth\n' >client.ext
for name in server client; do
  key -keyout $name.key -out $name.csr -subj /CN=$name
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done
cat >server.cjs <<'JS'
const { readFileSync: read } = require('node:fs');
const options = { key: read('server.key'), cert: read('server.pem'), ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true };
const page = ({ socket }, response) => response.end(`authorized ${socket.authorized}, getPeerCertificate ${typeof socket.getPeerCertificate}`);
require('node:https').createServer(options, page).listen(Number(process.argv[2]), '127.0.0.1');
JS
answer() { # the program that runs the server → what it answers to the valid client
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$1" server.cjs "$port" >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
  curl -s --cacert ca.pem --cert client.pem --key client.key "https://localhost:$port/" --resolve "localhost:$port:127.0.0.1" || true
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}
seen="bun: $(answer node_modules/@oven/bun-linux-x64/bin/bun); node: $(answer node)"
echo "$seen"
[ "$seen" = 'bun: authorized true, getPeerCertificate undefined; node: authorized true, getPeerCertificate function' ] || { echo "CHANGED" >&2; exit 1; }
