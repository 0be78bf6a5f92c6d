#!/usr/bin/env bash
# granian 2.8.7 (rustls): of a PEM file with several CRLs, given by --ssl-crl, it reads the first one. Clients of every other issuer are
#   then refused as of an unknown CA (alert 48), though they are valid and their issuer's list is in the file. A file for each list is right.
# Guess from memory: all lists of the file are read, as nginx (ssl_crl), HAProxy (crl-file) and OpenSSL's own -CAfile do.
# Why it matters: the bundle that was written for nginx shuts out every valid client of an intermediate; alert 48 points at the CA, which is fine.
# Output seen: "one file: 000" (no answer), "two files: 200".
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check granian==2.8.7

key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
sign() { # name, issuer, extensions
  printf '%b\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 5 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
list() { # an empty, current CRL of this CA
  : >"$1.index"
  echo 01 >"$1.number"
  printf '[ca]\ndefault_ca=this\n[this]\ndatabase=%s.index\ncrlnumber=%s.number\ndefault_md=sha256\ncrl_extensions=ext\n[ext]\nauthorityKeyIdentifier=keyid\n' "$1" "$1" >"$1.cnf"
  openssl ca -config "$1.cnf" -gencrl -keyfile "$1.key" -cert "$1.pem" -crldays 3 -out "$1.crl" 2>/dev/null
}
key -x509 -keyout root.key -out root.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
for name in issuing server client; do key -keyout $name.key -out $name.csr -subj /CN=$name; done
sign issuing root 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
sign server root 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth'
sign client issuing 'extendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature\nsubjectAltName=DNS:client'
list root
list issuing
cat client.pem issuing.pem >client-chain.pem
cat root.crl issuing.crl >both.crl
openssl pkcs8 -topk8 -nocrypt -in server.key -out server.p8
cat >app.py <<'PY'
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
PY

status() { # options of granian → the HTTP status that the valid client gets, 000 for none
  local port answer
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  venv/bin/granian --interface wsgi --host 127.0.0.1 --port "$port" --log-level critical --ssl-certificate server.pem --ssl-keyfile server.p8 \
    --ssl-ca root.pem --ssl-client-verify "$@" app:app >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
  answer=$(curl -s -o /dev/null -w '%{http_code}' --cacert root.pem --cert client-chain.pem --key client.key "https://localhost:$port/" --resolve "localhost:$port:127.0.0.1") || true
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  echo "$answer"
}
seen="one file: $(status --ssl-crl both.crl), two files: $(status --ssl-crl root.crl --ssl-crl issuing.crl)"
echo "granian 2.8.7, a valid client: $seen"
[ "$seen" = 'one file: 000, two files: 200' ] || { echo "CHANGED" >&2; exit 1; }
