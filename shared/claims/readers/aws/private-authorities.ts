/** CAs of AWS Private CA: until when they are valid, and how they tell of what they revoke (AWS Private CA API, CertificateAuthority). */
import type { CertificateClaim, REVOCATIONS } from '../../../model/claim.ts';
import { iso } from '../../../model/time.ts';
import { certificateOf, readEach } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { instantIn } from '../../instant-in.ts';
import { printable } from '../../printable.ts';
import { type Bundles, bundleOf } from './aws-bundles.ts';
import { has, itemsOf, placed, resourceOf } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

export const privateCas: AwsService = {
  title: 'AWS Private CA',
  exports: [
    'aws acm-pca list-certificate-authorities',
    'aws acm-pca describe-certificate-authority --certificate-authority-arn ARN',
  ],
  knows: (root) =>
    has(root, 'CertificateAuthorities') ||
    (has(root, 'CertificateAuthority') && has(root.get('CertificateAuthority'), 'CertificateAuthorityConfiguration')),
  read: (roots, _, bundles) => {
    const single = roots
      .filter((root) => has(root, 'CertificateAuthority'))
      .map((root) => root.get('CertificateAuthority'));
    const { found, problems } = readEach([...single, ...itemsOf(roots, 'CertificateAuthorities')], (authority) => [
      claimOfCa(authority, bundles),
    ]);
    return { claims: [], certificates: found, problems };
  },
};

const claimOfCa = (authority: Field, bundles: Bundles): CertificateClaim => {
  const arn = authority.get('Arn').text() ?? '';
  const status = authority.get('Status').text();
  const revocation = authority.get('RevocationConfiguration');
  const own = bundleOf(bundles, arn, null)?.authorities[0];
  return certificateOf({
    use: 'authority',
    name: authority.get('CertificateAuthorityConfiguration', 'Subject', 'CommonName').text() ?? resourceOf(arn),
    sha256: own?.sha256 ?? null,
    notBefore: dateIn(authority.get('NotBefore')),
    notAfter: dateIn(authority.get('NotAfter')),
    trouble: status === null || status === 'ACTIVE' ? null : printable(`its status is ${status}`),
    ...(revocation.isThere && { revocation: revocationIn(revocation) }),
    notes: notesOf(authority, revocation),
    at: placed(authority, arn === '' ? null : arn),
  });
};

const dateIn = (field: Field): string | null => {
  const instant = instantIn(field);
  return instant === null ? null : iso(instant);
};

const revocationIn = (revocation: Field): (typeof REVOCATIONS)[number] => {
  const crl = revocation.get('CrlConfiguration', 'Enabled').boolean() === true;
  const ocsp = revocation.get('OcspConfiguration', 'Enabled').boolean() === true;
  if (crl && ocsp) return 'crl-and-ocsp';
  return crl ? 'crl' : ocsp ? 'ocsp' : 'none';
};

const notesOf = (authority: Field, revocation: Field): string[] => {
  const crl = revocation.get('CrlConfiguration');
  const isShort = authority.get('UsageMode').text() === 'SHORT_LIVED_CERTIFICATE';
  const omits = crl.get('CrlDistributionPointExtensionConfiguration', 'OmitExtension').boolean() === true;
  return [
    // AWS Private CA User Guide, "Set up a CRL": a critical issuing distribution point names the partition.
    ...(crl.get('CrlType').text() === 'PARTITIONED'
      ? [
          'Its CRL is partitioned: one partition says nothing of a certificate that names another one as its distribution point.',
        ]
      : []),
    ...(omits ? ['Its certificates name no CRL: whoever is to read one has to be given it.'] : []),
    ...(isShort ? ['It issues short-lived certificates, which end within seven days.'] : []),
  ];
};
