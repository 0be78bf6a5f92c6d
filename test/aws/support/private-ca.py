"""
moto's AWS Private CA, on loopback. With a CRL's file as argv[2] also what moto leaves out, as the API Reference words it: Validity and ValidityNotBefore
(IssueCertificate), the end-entity templates, general-purpose mode, the CRL (RevokeCertificate), GetCertificate of a revoked one. argv[1]: port.
"""
import base64, datetime, json, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU
from moto.acmpca.models import ACMPCABackend, CertificateAuthority
from moto.acmpca.responses import ACMPCAResponse
from moto.server import main

port, crl = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
HOUR = datetime.timedelta(hours=1)
USAGES = {'EndEntityClientAuthCertificate': EKU.CLIENT_AUTH, 'EndEntityServerAuthCertificate': EKU.SERVER_AUTH}

def now():
    return datetime.datetime.now(datetime.timezone.utc)

def write_crl(ca):
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca.issuer).last_update(now() - HOUR).next_update(now() + 24 * HOUR)
    for serial, entry in ca.revoked_certificates.items():
        builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(int(serial.replace(':', ''), 16))
            .revocation_date(datetime.datetime.fromtimestamp(entry['revocation_time'], datetime.timezone.utc)).build())
    with open(crl, 'wb') as file:
        file.write(builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM))

stock_issue, stock_revoke = ACMPCAResponse.issue_certificate, ACMPCABackend.revoke_certificate

def issue(self):
    params = json.loads(self.body)
    name = params.get('TemplateArn', '').split('/')[1:2]
    usage = USAGES.get(name[0] if name else '')
    if usage is None:
        return stock_issue(self)
    ca = self.acmpca_backend.describe_certificate_authority(params['CertificateAuthorityArn'])
    at = lambda field: datetime.datetime.fromtimestamp(params[field]['Value'], datetime.timezone.utc)
    if any(params[field]['Type'] != 'ABSOLUTE' for field in ('Validity', 'ValidityNotBefore') if field in params):
        raise NotImplementedError('only ABSOLUTE')
    request = x509.load_pem_x509_csr(base64.b64decode(params['Csr']))
    if not request.is_signature_valid:
        raise ValueError('the signature of the request')
    builder = (x509.CertificateBuilder().subject_name(request.subject).issuer_name(ca.issuer).public_key(request.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(at('ValidityNotBefore') if 'ValidityNotBefore' in params else now() - HOUR)
        .not_valid_after(at('Validity')).add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.ExtendedKeyUsage([usage]), False))
    for each in request.extensions:
        if isinstance(each.value, x509.SubjectAlternativeName):
            builder = builder.add_extension(each.value, each.critical)
    issued = builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)
    arn = f'{ca.arn}/certificate/{len(ca.issued_certificates):032x}'
    ca.issued_certificates[arn] = issued
    ca.issued_certificates_certificate_chains[arn] = ca.certificate_bytes
    return json.dumps({'CertificateArn': arn})

def revoke(self, certificate_authority_arn, certificate_serial, revocation_reason):
    stock_revoke(self, certificate_authority_arn, certificate_serial, revocation_reason)
    write_crl(self.describe_certificate_authority(certificate_authority_arn))

stock_init = CertificateAuthority.__init__

def init(self, **settings):
    stock_init(self, **settings)
    self.usage_mode = 'GENERAL_PURPOSE'

if crl is not None:
    ACMPCAResponse.issue_certificate = issue
    ACMPCABackend.revoke_certificate = revoke
    CertificateAuthority.__init__ = init
main(['-H', '127.0.0.1', '-p', port])
