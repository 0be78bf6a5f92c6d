#!/usr/bin/env bash
# grpcio 1.85.3 (C core) and @grpc/grpc-js 1.14.1, both with a client certificate required and a VALID client that offers no ALPN:
#   grpcio ends the handshake, then closes without an alert and without a byte; grpc-js serves it: HTTP/1.0 403 Forbidden.
# Guess from memory: alert no_application_protocol (120) from both, since RFC 9113 §3.2 makes ALPN the only way to HTTP/2 over TLS.
# Why it matters: the first looks exactly like a refused certificate, the second like a server that let the client in and then denied it the page.
# Output seen: the two lines that are compared at the end.
set -euo pipefail
here=$(mktemp -d)
servers=()
trap 'for each in "${servers[@]}"; do kill "$each" 2>/dev/null || true; done; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check grpcio==1.85.3
npm init --yes >/dev/null && npm install --silent --no-audit --no-fund @grpc/grpc-js@1.14.1 >/dev/null

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
key -x509 -keyout ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE
for name in server client; do
  key -keyout $name.key -out $name.csr -subj /CN=localhost
  printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=%sAuth\n' $name >$name.ext
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done
cat >core.py <<'PY'
import concurrent.futures, sys
import grpc

read = lambda name: open(name, "rb").read()
server = grpc.server(concurrent.futures.ThreadPoolExecutor())
pairs = [(read("server.key"), read("server.pem"))]
server.add_secure_port(f"127.0.0.1:{sys.argv[1]}", grpc.ssl_server_credentials(pairs, read("ca.pem"), True))
server.start()
server.wait_for_termination()
PY
cat >js.cjs <<'JS'
const { readFileSync: read } = require('node:fs');
const { Server, ServerCredentials } = require('@grpc/grpc-js');
const pairs = [{ private_key: read('server.key'), cert_chain: read('server.pem') }];
new Server().bindAsync(`127.0.0.1:${process.argv[2]}`, ServerCredentials.createSsl(read('ca.pem'), pairs, true), () => {});
JS
c=$(port)
venv/bin/python core.py "$c" &
servers+=($!)
j=$(port)
node js.cjs "$j" &
servers+=($!)
for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$c" && : <"/dev/tcp/127.0.0.1/$j") 2>/dev/null && break; sleep 0.1; done

cat >ask.py <<'PY'
import socket, ssl, sys

context = ssl.create_default_context(cafile="ca.pem")
context.load_cert_chain("client.pem", "client.key")
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="localhost") as client:
    try:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = client.recv(400)
    except ssl.SSLEOFError:
        answer = b""
    except ssl.SSLError as error:
        answer = str(error).encode()
    except ConnectionResetError:
        answer = b""
    print(answer.split(b"\r\n")[0].decode() or "closed without a byte")
PY
seen="grpcio: $(python3 ask.py "$c"); grpc-js: $(python3 ask.py "$j")"
echo "$seen"
[ "$seen" = 'grpcio: closed without a byte; grpc-js: HTTP/1.0 403 Forbidden' ] || { echo "CHANGED" >&2; exit 1; }
