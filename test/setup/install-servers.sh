#!/usr/bin/env bash
# Installs what the lab needs and this machine lacks. Quiet where nothing is missing; run as often as you like.
# apt is used only where it exists and may be (root, or sudo without a password).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/sbin:/usr/local/go/bin"

# Built into nginx, or a module of its own.
nginx_streams() {
  local built modules
  built=$(nginx -V 2>&1) || return 1
  [[ "$built" =~ --with-stream(\ |$) ]] && return
  modules=${built#*--modules-path=}
  [ -e "${modules%% *}/ngx_stream_module.so" ]
}

missing=()
command -v nginx >/dev/null || missing+=(nginx-light)
command -v apache2 >/dev/null || missing+=(apache2-bin)
command -v haproxy >/dev/null || missing+=(haproxy)
command -v lighttpd >/dev/null || missing+=(lighttpd)
find /usr/lib/lighttpd -name mod_openssl.so 2>/dev/null | grep -q . || missing+=(lighttpd-mod-openssl)
command -v stunnel >/dev/null || missing+=(stunnel4)
command -v hitch >/dev/null || missing+=(hitch)
command -v openssl >/dev/null || missing+=(openssl)
nginx_streams || missing+=(libnginx-mod-stream)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v mosquitto >/dev/null || missing+=(mosquitto)
command -v mosquitto_sub >/dev/null || missing+=(mosquitto-clients)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v go >/dev/null || missing+=(golang-go)
command -v caddy >/dev/null || missing+=(caddy)
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v squid >/dev/null || missing+=(squid-openssl)
command -v nghttpx >/dev/null || missing+=(nghttp2-proxy)
command -v uwsgi-core >/dev/null || missing+=(uwsgi-core)
command -v php >/dev/null || missing+=(php-cli)
command -v puma >/dev/null || missing+=(puma)
ruby -rwebrick/https -e '' 2>/dev/null || missing+=(ruby-webrick)
command -v prometheus-node-exporter >/dev/null || missing+=(prometheus-node-exporter)
command -v etcd >/dev/null || missing+=(etcd-server)
command -v postconf >/dev/null || missing+=(postfix)
[ -e /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
command -v chromium >/dev/null || missing+=(chromium)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
# The library under one name in every release: what depends on it is called the same in all of them.
python3 -c 'import ctypes; ctypes.CDLL("libgnutls.so.30")' 2>/dev/null || missing+=(gnutls-bin)

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "the lab needs: ${missing[*]}" >&2; exit 1; }
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo -n)
  export DEBIAN_FRONTEND=noninteractive
  # The tests start what they need, on ports of their own: nothing of this becomes a service of the machine, now or at its next start.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '"${root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
  fi
  "${root[@]}" apt-get -qq update >/dev/null
  "${root[@]}" apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
  for package in "${missing[@]}"; do
    case "$package" in
      nginx-light) service=nginx ;;
      squid-openssl) service=squid ;;
      dovecot-imapd) service=dovecot ;;
      etcd-server) service=etcd ;;
      postfix | prometheus-node-exporter | postgresql | mosquitto | redis-server | haproxy | lighttpd | hitch) service=$package ;;
      *) continue ;;
    esac
    command -v systemctl >/dev/null && "${root[@]}" systemctl --quiet disable "$service" 2>/dev/null || true
  done
fi

# Envoy and the AWS emulator come from PyPI. The Node that the install brought reads TypeScript; the machine’s own may not.
export PATH="$PWD/node_modules/.bin:$PATH"
node test/setup/python-venv.ts
# OPA, whose decisions are held against servers that ask it, is built from its Go module.
node test/setup/opa.ts
# Servers on a newer OpenSSL than this machine's: Debian 13's packages, unpacked into .debian-13.
node test/setup/debian-13.ts
