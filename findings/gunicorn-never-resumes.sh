#!/usr/bin/env bash
# gunicorn 27.0.1 (sync worker, Python's ssl): a client that comes back with the session ticket that it was given, and with its certificate,
#   goes through a whole handshake again, every time, in TLS 1.2 and 1.3. It makes an SSLContext for each connection, and so a new key for tickets.
# Guess from memory: resumed, as by every other server on OpenSSL, whose context and ticket keys live as long as the process.
# Why it matters: a test of resumption ("is the client judged again?") tests nothing here; and each connection pays for the full handshake.
# Output seen: "New, TLSv1.3" / "New, TLSv1.2" at the second connection; `openssl s_server` beside it says "Reused" to the same client.
set -euo pipefail
here=$(mktemp -d)
servers=()
trap 'for each in "${servers[@]}"; do kill "$each" 2>/dev/null || true; done; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check gunicorn==27.0.1

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
key -x509 -keyout ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE
for name in server client; do
  key -keyout $name.key -out $name.csr -subj /CN=localhost
  printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=%sAuth\n' $name >$name.ext
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done

cat >app.py <<'PY'
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
PY
g=$(port)
venv/bin/gunicorn --bind "127.0.0.1:$g" --log-level critical --certfile server.pem --keyfile server.key --ca-certs ca.pem --cert-reqs 2 app:app &
servers+=($!)
o=$(port)
openssl s_server -accept "127.0.0.1:$o" -cert server.pem -key server.key -CAfile ca.pem -Verify 1 -verify_return_error -www -quiet >/dev/null 2>&1 &
servers+=($!)
for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$g" && : <"/dev/tcp/127.0.0.1/$o") 2>/dev/null && break; sleep 0.1; done

ask() { # port, options → the line that tells a new session from a resumed one; the answer has to come too
  local said
  said=$({ printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'; sleep 1; } |
    openssl s_client -connect "127.0.0.1:$1" -CAfile ca.pem -cert client.pem -key client.key -ign_eof "${@:2}" 2>/dev/null) || true # gunicorn ends without close_notify
  grep -q '200' <<<"$said" || { echo "the valid client got no answer" >&2; return 1; }
  grep -oE '^(New|Reused), TLSv1\.[23]' <<<"$said" | head -1
}
seen=
for version in 1_3 1_2; do
  for at in "$g" "$o"; do
    ask "$at" -tls$version -sess_out session.pem >/dev/null
    seen+="$(ask "$at" -tls$version -sess_in session.pem)|"
  done
done
echo "gunicorn 27.0.1, then openssl s_server, in TLS 1.3 and 1.2: $seen"
[ "$seen" = 'New, TLSv1.3|Reused, TLSv1.3|New, TLSv1.2|Reused, TLSv1.2|' ] || { echo "CHANGED" >&2; exit 1; }
