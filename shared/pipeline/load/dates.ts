/** When the monitor's own things end: its identities, the CAs of its trust bundles, and their CRLs. */
import type { Dated } from '../../model/report-facts.ts';
import { iso } from '../../model/time.ts';
import type { LoadedBundle } from '../../pki/served/trust-bundle.ts';
import { certificateFacts, certificateOf, isSelfSigned } from '../../pki/x509/certificate.ts';
import type { LoadedIdentity } from './identities.ts';

/** `health`: names of the identities that the run looks at. What cannot be read has no date: its check says why. */
export const datesOf = (
  health: readonly string[],
  identities: ReadonlyMap<string, LoadedIdentity>,
  bundles: ReadonlyMap<string, LoadedBundle>,
): readonly Dated[] => [
  ...health.flatMap((name) => identityDate(name, identities.get(name)) ?? []),
  ...[...bundles].flatMap(([name, bundle]) => (bundle.ok && bundle.system !== true ? bundleDates(name, bundle) : [])),
];

/** Of its leaf and its issuers, but a root: relying parties use their own copy of it. Null for one that has ended by design. */
const identityDate = (name: string, loaded: LoadedIdentity | undefined): Dated | null => {
  if (loaded?.credentials == null || loaded.identity.fault === 'expired') return null;
  const [leaf, ...issuers] = loaded.credentials.chain;
  if (leaf === undefined) return null;
  const dated = [leaf, ...issuers.filter((each) => !isSelfSigned(certificateOf(each)))];
  const first = dated.reduce((soonest, each) => (each.notAfter < soonest.notAfter ? each : soonest), leaf);
  return { kind: 'identity', name, of: first.subject, at: iso(first.notAfter) };
};

const bundleDates = (of: string, { anchors, crls = [] }: Extract<LoadedBundle, { ok: true }>): readonly Dated[] => [
  ...anchors.map(certificateFacts).map(({ subject, serialNumber, notAfter }) => ({
    ...{ kind: 'authority' as const, name: subject || `serial ${serialNumber}`, of, at: iso(notAfter) },
  })),
  ...crls.flatMap((crl) =>
    crl.ok
      ? crl.crls.flatMap(({ nextUpdate }) =>
          nextUpdate === null ? [] : [{ kind: 'crl', name: crl.name, of, at: iso(nextUpdate) } as const],
        )
      : [],
  ),
];
