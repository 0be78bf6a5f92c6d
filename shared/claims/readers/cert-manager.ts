/** cert-manager’s Certificates: which certificate a Secret holds, until when, and whether its renewal is due (cert-manager.io/docs/reference/api-docs). */
import type { CertificateClaim } from '../../model/claim.ts';
import { iso } from '../../model/time.ts';
import { certificateOf, readEach } from '../claim-of.ts';
import type { DataDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { instantIn } from '../instant-in.ts';
import { printable } from '../printable.ts';
import type { Reader } from '../reader.ts';

const isCertificate = (document: { readonly kind: string }): document is DataDocument =>
  document.kind === 'data' && (document as DataDocument).object?.group === 'cert-manager.io';

export const certManager: Reader = {
  name: 'cert-manager',
  title: 'cert-manager',
  exports: ['kubectl get certificates -A -o json'],
  isText: null,
  recognises: isCertificate,
  read: (documents) => {
    const certificates = documents.filter(isCertificate).filter(({ object }) => object?.kind === 'Certificate');
    const { found, problems } = readEach(certificates, ({ root, object }) => [certificateIn(root, object?.name ?? '')]);
    return { claims: [], certificates: found, problems };
  },
};

const certificateIn = (root: Field, name: string): CertificateClaim => {
  const spec = root.get('spec');
  const status = root.get('status');
  return certificateOf({
    use: 'served',
    name,
    names: [...spec.get('dnsNames').texts(), ...spec.get('uris').texts(), ...spec.get('ipAddresses').texts()],
    issuer: spec.get('issuerRef', 'name').text(),
    notBefore: dateIn(status.get('notBefore')),
    notAfter: dateIn(status.get('notAfter')),
    renewAt: dateIn(status.get('renewalTime')),
    trouble: troubleIn(status),
    at: root.at(),
  });
};

const dateIn = (field: Field): string | null => {
  const instant = instantIn(field);
  return instant === null ? null : iso(instant);
};

/** What the condition Ready says, where it is not True. */
const troubleIn = (status: Field): string | null => {
  const ready = status
    .get('conditions')
    .items()
    .find((condition) => condition.get('type').text() === 'Ready');
  if (ready === undefined || ready.get('status').text() === 'True') return null;
  const reason = ready.get('reason').text() ?? 'no reason given';
  return printable(`it is not ready: ${reason}: ${ready.get('message').text() ?? ''}`.replace(/[:\s]+$/, ''));
};
