"""A CA, server certificates for localhost and OCSP responses for them, right and wrong ones, into the folder argv[1]. argv[2]: now, in seconds."""
import datetime, ipaddress, sys
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU, NameOID

out, now = Path(sys.argv[1]), datetime.datetime.fromtimestamp(int(sys.argv[2]), datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
SHA256 = hashes.SHA256()

def make(name, issuer=None, ca=False, eku=None, extra=(), end=300 * DAY):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - 30 * DAY).not_valid_after(now + end).add_extension(x509.BasicConstraints(ca, None), True))
    if eku:
        builder = builder.add_extension(x509.ExtendedKeyUsage([eku]), False)
    for each in extra:
        builder = builder.add_extension(each, False)
    return builder.sign(issuer[1] if issuer else key, SHA256), key

def write(name, certificate, key):
    (out / f'{name}.crt').write_bytes(certificate.public_bytes(Encoding.PEM))
    (out / f'{name}.key').touch(0o600)
    (out / f'{name}.key').write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

names = x509.SubjectAlternativeName([x509.DNSName('localhost'), x509.IPAddress(ipaddress.ip_address('127.0.0.1'))])
root = make('Staple Root', ca=True)
namesake = make('Staple Root', ca=True)
leaf = make('stapled', root, eku=EKU.SERVER_AUTH, extra=[names])
must = make('must-staple', root, eku=EKU.SERVER_AUTH, extra=[names, x509.TLSFeature([x509.TLSFeatureType.status_request])])
for name, pair in {'root': root, 'leaf': leaf, 'must': must}.items():
    write(name, *pair)

def staple(name, of=leaf, by=root, status=ocsp.OCSPCertStatus.GOOD, start=-DAY, end=6 * DAY, algorithm=None, certificates=()):
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = (ocsp.OCSPResponseBuilder().add_response(
            cert=of[0], issuer=root[0], algorithm=algorithm or hashes.SHA1(), cert_status=status, this_update=now + start, next_update=end and now + end,
            revocation_time=now - DAY if revoked else None, revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by[0]))
    if certificates:
        builder = builder.certificates([each[0] for each in certificates])
    (out / f'{name}.der').write_bytes(builder.sign(by[1], SHA256).public_bytes(Encoding.DER))

delegate = make('Responder', root, eku=EKU.OCSP_SIGNING)
undelegated = make('Not a responder', root, eku=EKU.SERVER_AUTH)
retired = make('Retired responder', root, eku=EKU.OCSP_SIGNING, end=-DAY)
foreign = make('Foreign responder', namesake, eku=EKU.OCSP_SIGNING)
staple('good')
staple('sha256', algorithm=hashes.SHA256())
staple('endless', end=None)
staple('must-good', of=must)
staple('delegated', by=delegate, certificates=[delegate])
staple('revoked', status=ocsp.OCSPCertStatus.REVOKED)
staple('expired', start=-8 * DAY, end=-DAY)
staple('ending', start=-7 * DAY, end=DAY / 4)
staple('other', of=must)
staple('unknown', status=ocsp.OCSPCertStatus.UNKNOWN)
staple('forged', by=namesake)
staple('forged-revoked', by=namesake, status=ocsp.OCSPCertStatus.REVOKED)
staple('undelegated', by=undelegated, certificates=[undelegated])
staple('retired', by=retired, certificates=[retired])
staple('foreign', by=foreign, certificates=[foreign])
staple('early', start=DAY)
(out / 'try-later.der').write_bytes(
    ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER))
(out / 'rubbish.der').write_bytes(b'\x30\x03\x02\x01\x00')
