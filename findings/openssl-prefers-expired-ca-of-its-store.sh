#!/usr/bin/env bash
# A server renewed its issuing CA (same name, same key, new dates) and sends the new certificate. A client trusts the root.
#   If the old, expired certificate of that CA lies in the client's store beside the root, OpenSSL 3.5.4 (in cryptography 46.0.3) refuses the chain:
#   error 10 (certificate has expired) at depth 1. Without it, or with the new one in the store as well, it accepts the same chain.
#   cryptography's own verifier, in the same wheel, and Go 1.26.8 accept it each time: they try the certificate that was served too.
# Guess from memory: more in the trust store never makes a valid chain fail, or at least the served certificate is tried when the stored one has expired.
# Why it matters: with the issuing CA put into the bundle "to be sure", the day on which its old certificate ends cuts off these clients and no others.
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
root, leaf = certificate("root", "root"), certificate("localhost", "issuing")
expired, renewed = certificate("issuing", "root", (-9, -2)), certificate("issuing", "root")
open("served.pem", "wb").write(pem(leaf, renewed))
print(SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode().rsplit(" ", 3)[0])
for name, store in (("root", [root]), ("root-expired", [root, expired]), ("root-expired-renewed", [root, expired, renewed])):
    open(name + ".pem", "wb").write(pem(*store))
    print(f"{name}: OpenSSL {openssl(store, renewed, leaf)}, cryptography {rust(store, renewed, leaf)}")
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
for store in root root-expired root-expired-renewed; do echo "$store: Go $(GOTOOLCHAIN=local go run main.go $store.pem served.pem)"; done)
echo "$seen"
[ "$seen" = 'OpenSSL 3.5.4
root: OpenSSL valid, cryptography valid
root-expired: OpenSSL error 10 at depth 1, cryptography valid
root-expired-renewed: OpenSSL valid, cryptography valid
root: Go valid
root-expired: Go valid
root-expired-renewed: Go valid' ] || { echo "CHANGED" >&2; exit 1; }
