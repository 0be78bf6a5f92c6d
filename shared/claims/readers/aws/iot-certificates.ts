/** AWS IoT Core: client certificates with their status, and the endpoint that asks for them (AWS IoT API, CertificateDescription). */
import type { CertificateClaim, Claim } from '../../../model/claim.ts';
import { iso } from '../../../model/time.ts';
import { certificateOf, claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { instantIn } from '../../instant-in.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { has, itemsOf, listHas, placed, unreadBut } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

export const iotCore: AwsService = {
  title: 'AWS IoT Core',
  exports: [
    'aws iot describe-certificate --certificate-id ID',
    'aws iot list-certificates',
    'aws iot describe-endpoint --endpoint-type iot:Data-ATS',
  ],
  knows: (root) =>
    has(root, 'certificateDescription', 'endpointAddress') || listHas(root, 'certificates', 'certificateArn'),
  read: (roots, context) => {
    const described = roots
      .filter((root) => has(root, 'certificateDescription'))
      .map((root) => root.get('certificateDescription'));
    const known = new Set(
      described.map((each) => (has(each, 'certificateArn') ? each.get('certificateArn').plain() : null)),
    );
    const listed = itemsOf(roots, 'certificates').filter((each) => !known.has(each.get('certificateArn').plain()));
    const certificates = readEach([...described, ...listed], (each) => [clientCertificate(each)]);
    const endpoints = readEach(
      roots.filter((root) => has(root, 'endpointAddress')),
      (root) => [endpointClaim(root, context)],
    );
    return {
      ...{ claims: endpoints.found, certificates: certificates.found },
      problems: [...certificates.problems, ...endpoints.problems],
    };
  },
};

const clientCertificate = (certificate: Field): CertificateClaim => {
  const id = certificate.get('certificateId').text() ?? '';
  const status = certificate.get('status').text();
  return certificateOf({
    use: 'client',
    name: printable(id),
    // "Managing certificates": the id of a certificate is the SHA-256 of its DER.
    sha256: /^[0-9a-f]{64}$/.test(id) ? id : null,
    notBefore: dateIn(certificate.get('validity', 'notBefore')),
    notAfter: dateIn(certificate.get('validity', 'notAfter')),
    trouble:
      status === null || status === 'ACTIVE' ? null : printable(`its status is ${status}, so that IoT Core refuses it`),
    at: placed(certificate, certificate.get('certificateArn').text()),
  });
};

const dateIn = (field: Field): string | null => {
  const instant = instantIn(field);
  return instant === null ? null : iso(instant);
};

/** AWS IoT Core Developer Guide, "Device communication protocols": MQTT with client certificates on port 8883. */
const endpointClaim = (root: Field, context: ReaderContext): Claim => {
  const address = root.get('endpointAddress');
  const host = printable(address.text() ?? '', 253);
  const at = placed(address, null);
  return claimOf('aws', context, {
    at,
    endpoint: { name: host, hosts: [host], port: 8883, protocol: 'mqtts' },
    clientCertificate: said('required', at, 'on port 8883 IoT Core authenticates by client certificates'),
    plaintext: said('refused', at, 'IoT Core speaks TLS only'),
    // "Certificate authentication": a certificate in a CA's revocation list stays ACTIVE until UpdateCertificate.
    revocation: said('none', at, 'IoT Core goes by the status of a certificate and reads no revocation list'),
    unread: unreadBut(root),
  });
};
