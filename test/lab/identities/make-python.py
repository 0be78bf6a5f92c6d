"""Certificates with dates and names as Python's `cryptography` writes them, into the folder argv[1]. argv[2]: now, in seconds."""
import datetime, sys
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU, NameOID

out, now = Path(sys.argv[1]), datetime.datetime.fromtimestamp(int(sys.argv[2]), datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])
usage = lambda *on: x509.KeyUsage(*[each in on for each in (
    'digital_signature', 'content_commitment', 'key_encipherment', 'data_encipherment', 'key_agreement', 'key_cert_sign', 'crl_sign',
    'encipher_only', 'decipher_only')])

def write(file, data):
    (out / file).write_bytes(data)

def make(subject, issuer=None, start=-30 * DAY, end=300 * DAY, uris=(), dns=(), ca=False, ku=('digital_signature',), eku=(EKU.SERVER_AUTH, EKU.CLIENT_AUTH), key=None):
    key = key or ec.generate_private_key(ec.SECP256R1())
    parent, parent_key = issuer or (None, key)
    builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(parent.subject if parent else name(subject))
        .public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end)
        .add_extension(x509.BasicConstraints(ca, None), True))
    if uris or dns:
        names = [x509.UniformResourceIdentifier(each) for each in uris] + [x509.DNSName(each) for each in dns]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), not subject)
    if ku:
        builder = builder.add_extension(usage(*ku), True)
    if eku and not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(eku), False)
    certificate = builder.sign(parent_key, None if isinstance(parent_key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return certificate, key

pem = lambda certificate: certificate.public_bytes(Encoding.PEM)
pkcs8 = lambda key: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

root = make('Python Root', ca=True, ku=('key_cert_sign', 'crl_sign'))
mesh = make('Mesh CA', root, ca=True, ku=('key_cert_sign', 'crl_sign'), uris=['spiffe://corp.example'])
ending = make('Ending CA', root, end=2 * DAY, ca=True, ku=('key_cert_sign', 'crl_sign'))
write('py-root.pem', pem(root[0]))
write('py-mesh.pem', pem(mesh[0]))
write('py-ending-ca.pem', pem(ending[0]))

ID = 'spiffe://corp.example/ns/shop/sa/checkout'
svid = dict(issuer=mesh, uris=[ID])
leaves = {
    'svid': make('', **svid),
    'svid-noeku': make('checkout', **svid, eku=()),
    'svid-two': make('checkout', mesh, uris=[ID, 'spiffe://corp.example/other']),
    'svid-none': make('checkout', mesh, dns=['checkout.corp.example']),
    'svid-root': make('checkout', mesh, uris=['spiffe://corp.example']),
    'svid-slash': make('checkout', mesh, uris=['spiffe://corp.example/a//b']),
    'svid-upper': make('checkout', mesh, uris=['spiffe://Corp.example/a']),
    'svid-https': make('checkout', mesh, uris=['https://corp.example/a']),
    'svid-noku': make('checkout', **svid, ku=()),
    'svid-nosign': make('checkout', **svid, ku=('key_encipherment',)),
    'svid-certsign': make('checkout', **svid, ku=('digital_signature', 'key_cert_sign', 'crl_sign')),
    'svid-clientonly': make('checkout', **svid, eku=(EKU.CLIENT_AUTH,)),
    'dns': make('py-dns', root, dns=['checkout.corp.example', 'b.corp.example'], key=ed25519.Ed25519PrivateKey.generate()),
    'expired': make('py-expired', root, end=-10 * DAY),
    'ahead': make('py-ahead', root, start=10 * DAY),
    'soon': make('py-soon', root, end=6 * DAY),
    'verysoon': make('py-verysoon', root, start=-10 * DAY, end=DAY / 2),
    'ending-leaf': make('py-ending-leaf', ending),
    'any': make('py-any', root, eku=(EKU.ANY_EXTENDED_KEY_USAGE,)),
    'ca': make('py-ca', root, ca=True, ku=('digital_signature', 'key_cert_sign')),
    'selfsigned': make('py-selfsigned'),
}
for each, (certificate, key) in leaves.items():
    write(f'py-{each}.pem', pem(certificate))
    write(f'py-{each}.key', pkcs8(key))
certificate, key = leaves['dns']
write('py-ed.p12', pkcs12.serialize_key_and_certificates(b'checkout', key, certificate, [root[0]], BestAvailableEncryption(b'sesame')))
certificate, key = leaves['svid']
write('py-open.p12', pkcs12.serialize_key_and_certificates(b'checkout', key, certificate, [mesh[0]], NoEncryption()))
old = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(50000).key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1()).build(b'sesame')
write('py-3des.p12', pkcs12.serialize_key_and_certificates(b'checkout', key, certificate, [mesh[0]], old))
from cryptography.hazmat.primitives.serialization import pkcs7
write('py-trust.p7b', pkcs7.serialize_certificates([root[0], mesh[0]], Encoding.PEM))
write('py-trust.p7b.der', pkcs7.serialize_certificates([root[0], mesh[0]], Encoding.DER))
write('py-java.p12', pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(root[0], b'one'), pkcs12.PKCS12Certificate(mesh[0], b'two')], BestAvailableEncryption(b'changeit')))
write('py-trust.p12', pkcs12.serialize_key_and_certificates(None, None, None, [root[0], mesh[0]], NoEncryption()))
