#!/usr/bin/env bash
# Builds SPIRE's server and agent from their module into .spire/bin, for test/long/spire.test.ts. It takes minutes, and nothing where they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/local/go/bin"
version=v1.13.3
bin="$PWD/.spire/bin"
"$bin/spire-server" --version 2>&1 | grep -q "${version#v}" && "$bin/spire-agent" --version 2>&1 | grep -q "${version#v}" && exit
mkdir -p "$bin"
# A module of its own: nothing of it becomes this project's.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOFLAGS=-mod=mod
go mod init spire-tools >/dev/null 2>&1
go get -tool "github.com/spiffe/spire/cmd/spire-server@$version" "github.com/spiffe/spire/cmd/spire-agent@$version" 2>/dev/null
nice -n 10 go build -o "$bin/" github.com/spiffe/spire/cmd/spire-server github.com/spiffe/spire/cmd/spire-agent
