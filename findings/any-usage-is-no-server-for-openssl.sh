#!/usr/bin/env bash
# A server certificate whose extended key usage is anyExtendedKeyUsage alone (RFC 5280 §4.2.1.12: good for any purpose):
#   OpenSSL 3.5.4 (in cryptography 46.0.3) refuses it in the client's handshake: error 26 (unsuitable certificate purpose) at depth 0;
#   cryptography's own verifier refuses it too; Go 1.26.8 accepts it. With serverAuth all three accept it.
# Guess from memory: "any" includes servers for everybody, or for nobody. The RFC lets applications refuse it (MAY), so both are right.
# Why it matters: a certificate that a fleet of Go clients has always taken is refused by the first client in Python, and the message names no "any".
# Output seen: the lines that are compared at the end.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check pyOpenSSL==25.3.0 cryptography==46.0.3

cat >verify.py <<'PY'
from datetime import datetime, timedelta, timezone

from OpenSSL import SSL, crypto
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

now = datetime.now(timezone.utc)
keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "issuing", "localhost")}
named = lambda name: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(name, issuer, days=(-1, 9), usage=ExtendedKeyUsageOID.SERVER_AUTH):
    is_ca = name != "localhost"
    own, signer = keys[name].public_key(), keys[issuer]
    made = x509.CertificateBuilder(named(issuer), named(name), own, x509.random_serial_number(), *(now + timedelta(each) for each in days))
    made = made.add_extension(x509.BasicConstraints(is_ca, None), True)
    made = made.add_extension(x509.KeyUsage(not is_ca, False, False, False, False, is_ca, is_ca, False, False), True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(own), False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    if not is_ca:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), False)
    return made.sign(signer, hashes.SHA256())


def openssl(trusted, issuing, leaf):
    """A TLS handshake in memory: what the client makes of the chain that the server sends."""
    server, client = SSL.Context(SSL.TLS_METHOD), SSL.Context(SSL.TLS_METHOD)
    server.use_privatekey(crypto.PKey.from_cryptography_key(keys["localhost"]))
    server.use_certificate(crypto.X509.from_cryptography(leaf))
    server.add_extra_chain_cert(crypto.X509.from_cryptography(issuing))
    for each in trusted:
        client.get_cert_store().add_cert(crypto.X509.from_cryptography(each))
    reasons = []
    client.set_verify(SSL.VERIFY_PEER, lambda _connection, _certificate, number, depth, ok: ok or (reasons.append((number, depth)), False)[1])
    ends = [SSL.Connection(client, None), SSL.Connection(server, None)]
    ends[0].set_connect_state()
    ends[1].set_accept_state()
    for _ in range(4):
        for one, other in (ends, ends[::-1]):
            try:
                one.do_handshake()
            except SSL.WantReadError:
                pass
            except SSL.Error:
                return "error %d at depth %d" % reasons[0]
            try:
                other.bio_write(one.bio_read(1 << 16))
            except SSL.WantReadError:
                pass
    return "valid"


def rust(trusted, issuing, leaf):
    """cryptography's own verifier."""
    try:
        policy = verification.PolicyBuilder().store(verification.Store(trusted)).time(now)
        policy.build_server_verifier(x509.DNSName("localhost")).verify(leaf, [issuing])
        return "valid"
    except verification.VerificationError as error:
        return "refused: " + str(error).split(" (")[0].removeprefix("validation failed: ")


pem = lambda *of: b"".join(each.public_bytes(serialization.Encoding.PEM) for each in of)
root, issuing = certificate("root", "root"), certificate("issuing", "root")
open("root.pem", "wb").write(pem(root))
print(SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode().rsplit(" ", 3)[0])
for name, usage in (("serverAuth", ExtendedKeyUsageOID.SERVER_AUTH), ("any", ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)):
    leaf = certificate("localhost", "issuing", usage=usage)
    open(name + ".pem", "wb").write(pem(leaf, issuing))
    print(f"{name}: OpenSSL {openssl([root], issuing, leaf)}, cryptography {rust([root], issuing, leaf)}")
PY
cat >main.go <<'GO'
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func read(name string) (found []*x509.Certificate) {
	text, err := os.ReadFile(name)
	for block, rest := pem.Decode(text); block != nil && err == nil; block, rest = pem.Decode(rest) {
		each, bad := x509.ParseCertificate(block.Bytes)
		if bad != nil {
			panic(bad)
		}
		found = append(found, each)
	}
	return found
}

func main() {
	options := x509.VerifyOptions{DNSName: "localhost", Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool()}
	for _, each := range read(os.Args[1]) {
		options.Roots.AddCert(each)
	}
	served := read(os.Args[2])
	options.Intermediates.AddCert(served[1])
	if _, err := served[0].Verify(options); err != nil {
		fmt.Println(err)
	} else {
		fmt.Println("valid")
	}
}
GO
seen=$(venv/bin/python verify.py
for name in serverAuth any; do echo "$name: Go $(GOTOOLCHAIN=local go run main.go root.pem $name.pem)"; done)
echo "$seen"
[ "$seen" = 'OpenSSL 3.5.4
serverAuth: OpenSSL valid, cryptography valid
any: OpenSSL error 26 at depth 0, cryptography refused: required EKU not found
serverAuth: Go valid
any: Go valid' ] || { echo "CHANGED" >&2; exit 1; }
