#!/usr/bin/env bash
# Installs what the lab needs and this machine lacks. Quiet where nothing is missing; run as often as you like.
# apt is used only where it exists and may be (root, or sudo without a password).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/sbin:/usr/local/go/bin"

missing=()
command -v nginx >/dev/null || missing+=(nginx-light)
command -v apache2 >/dev/null || missing+=(apache2-bin)
command -v haproxy >/dev/null || missing+=(haproxy)
command -v lighttpd >/dev/null || missing+=(lighttpd)
find /usr/lib/lighttpd -name mod_openssl.so 2>/dev/null | grep -q . || missing+=(lighttpd-mod-openssl)
command -v stunnel >/dev/null || missing+=(stunnel4)
command -v hitch >/dev/null || missing+=(hitch)
command -v openssl >/dev/null || missing+=(openssl)
command -v go >/dev/null || missing+=(golang-go)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "the lab needs: ${missing[*]}" >&2; exit 1; }
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo -n)
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts a server as it installs it, and again at every boot: the lab wants the program only.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '"${root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" install -m 755 /dev/stdin "$policy"
  fi
  "${root[@]}" apt-get -qq update >/dev/null
  "${root[@]}" apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
  for unit in nginx haproxy lighttpd hitch; do
    case " ${missing[*]}" in
      *" $unit"*) "${root[@]}" systemctl disable --quiet "$unit" 2>/dev/null || true ;;
    esac
  done
fi

# Envoy and the AWS emulator come from PyPI. The Node that the install brought reads TypeScript; the machine’s own may not.
PATH="$PWD/node_modules/.bin:$PATH" MTLS_MONITOR_PYTHON=install node test/setup/python-venv.ts
