#!/usr/bin/env bash
# python-mbedtls 2.10.1 (Mbed TLS 2.28, TLS 1.2 at most) as a server: a hello that offers TLS 1.3 alone gets no protocol_version alert (70)
#   but a close without a byte, as if nothing were listening behind the port. The same client gets in with TLS 1.2.
# Guess from memory: alert 70, as RFC 8446 §4.2.1 and RFC 5246 appendix E.1 have it, and as OpenSSL, Go, rustls and GnuTLS send it.
# Why it matters: a check that asks in TLS 1.3 sees a server that is down, beside one in TLS 1.2 that sees it up.
# Output seen: "TLSv1.2: let in; TLSv1.3: closed without a byte".
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check python-mbedtls==2.10.1

for name in ca server client; do openssl ecparam -name prime256v1 -genkey -noout -out $name.key; done
openssl req -x509 -new -key ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE 2>/dev/null
for name in server client; do
  openssl req -new -key $name.key -out $name.csr -subj /CN=localhost
  printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=%sAuth\n' $name >$name.ext
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done
cat >server.py <<'PY'
import socket, sys, threading

from mbedtls import pk, tls, x509

read = lambda name: open(name).read()
chain = ((x509.CRT.from_PEM(read("server.pem")),), pk.ECC.from_buffer(pk.ECC.from_PEM(read("server.key")).export_key("DER")))
trust = tls.TrustStore([x509.CRT.from_PEM(read("ca.pem"))])
context = tls.ServerContext(tls.TLSConfiguration(trust_store=trust, certificate_chain=chain, validate_certificates=True))
listener = context.wrap_socket(socket.socket())
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()


def serve(client):
    try:
        client.do_handshake()
        client.recv(100)
        client.send(b"ok")
    except Exception:
        pass
    client.close()


while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PY
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/bin/python server.py "$port" &
server=$!
for _ in $(seq 100); do grep -q "0100007F:$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp && break; sleep 0.1; done

cat >ask.py <<'PY'
import socket, ssl, sys

context = ssl.create_default_context(cafile="ca.pem")
context.load_cert_chain("client.pem", "client.key")
context.minimum_version = context.maximum_version = ssl.TLSVersion[sys.argv[2].replace(".", "_")]
try:
    with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5), server_hostname="localhost") as client:
        client.sendall(b"hello")
        print("let in" if client.recv(9) == b"ok" else "handshake, no answer")
except (ssl.SSLEOFError, ConnectionResetError):
    print("closed without a byte")
except ssl.SSLError as error:
    print(error.reason)
PY
seen="TLSv1.2: $(python3 ask.py "$port" TLSv1.2); TLSv1.3: $(python3 ask.py "$port" TLSv1.3)"
echo "python-mbedtls 2.10.1: $seen"
[ "$seen" = 'TLSv1.2: let in; TLSv1.3: closed without a byte' ] || { echo "CHANGED" >&2; exit 1; }
