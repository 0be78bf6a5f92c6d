/** Secrets that Envoy has from SDS or its bootstrap: `SecretsConfigDump` (envoy/admin/v3/config_dump.proto), which is what `istioctl proxy-config secret -o json` prints. */
import type { CertificateFacts } from '../../../model/certificate.ts';
import type { CertificateClaim } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { iso } from '../../../model/time.ts';
import { certificateOf } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { authorityOf } from '../../pem-field.ts';
import { printable } from '../../printable.ts';
import { certificatesOf } from './envoy-data-source.ts';
import { at } from './envoy-fields.ts';

export type EnvoySecret = {
  readonly name: string;
  readonly at: Place;
  /** `tls_certificate`: the certificate first, then its chain. */
  readonly chain: readonly CertificateFacts[];
  /** `validation_context`; null where the secret has none. */
  readonly validation: Field | null;
  readonly trusted: readonly CertificateFacts[];
  readonly isWarming: boolean;
};
export type EnvoySecrets = ReadonlyMap<string, EnvoySecret>;

const STATES = ['static_secrets', 'dynamic_active_secrets', 'dynamic_warming_secrets'] as const;

/** Fields of each secret’s own entry. */
export const secretFields = (dump: Field): readonly { readonly entry: Field; readonly isWarming: boolean }[] =>
  STATES.flatMap((state) =>
    at(dump, state)
      .items()
      .map((entry) => ({ entry, isWarming: state === 'dynamic_warming_secrets' })),
  );

/** `entry`: of a dump; else of a bootstrap’s `static_resources.secrets`. Throws `DamagedField`. */
export const secretIn = (entry: Field, isWarming: boolean): EnvoySecret => {
  const secret = entry.get('secret').isThere ? entry.get('secret') : entry;
  const validation = at(secret, 'validation_context');
  return {
    name: entry.get('name').text() ?? secret.get('name').text() ?? '',
    at: entry.at(),
    chain: certificatesOf(at(secret, 'tls_certificate', 'certificate_chain'))?.certificates ?? [],
    validation: validation.isThere ? validation : null,
    trusted: certificatesOf(at(validation, 'trusted_ca'))?.certificates ?? [],
    isWarming,
  };
};

export const servedCertificate = (name: string, [leaf]: readonly CertificateFacts[], place: Place): CertificateClaim =>
  certificateOf({
    ...{ use: 'served', name: printable(name), at: place },
    ...(leaf !== undefined && factsIn(leaf)),
  });

const factsIn = ({ dnsNames, uris, ipAddresses, sha256, issuer, notBefore, notAfter }: CertificateFacts) => ({
  names: [...dnsNames, ...uris, ...ipAddresses].map((name) => printable(name)),
  ...{ sha256, issuer: printable(issuer), notBefore: iso(notBefore), notAfter: iso(notAfter) },
});

/** Of a secret that no listener uses. `default` of Istio is a workload’s own, which it serves and presents. */
export const certificatesOfSecret = ({
  name,
  chain,
  trusted,
  at: place,
  isWarming,
}: EnvoySecret): readonly CertificateClaim[] => {
  const own: CertificateClaim[] =
    chain.length === 0 ? [] : [{ ...servedCertificate(name, chain, place), use: 'identity' }];
  const authorities = trusted.map((facts) =>
    certificateOf({
      use: 'authority',
      name: printable(facts.subject),
      at: place,
      ...factsIn(facts),
      authorities: [authorityOf(facts)],
    }),
  );
  const waits = 'Envoy waits for it: no secret of that name has come';
  return isWarming && chain.length + trusted.length === 0
    ? [certificateOf({ use: 'identity', name: printable(name), at: place, trouble: waits })]
    : [...own, ...authorities];
};
