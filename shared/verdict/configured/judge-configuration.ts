/** configuration → verdict: what a source says of an endpoint, by itself and held against what the other checks saw. */
import type { CertificateClaim, Claim, Said } from '../../model/claim.ts';
import type { Covered } from '../../model/configured.ts';
import { inert } from '../../model/inert.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import { type Instant, iso } from '../../model/time.ts';
import { configurationAt, type Finding, type Judged, judgedBy, placeText } from './configured-finding.ts';
import { renewalTrouble } from './renewal.ts';
import { type TrustContext, trustFindings } from './trust.ts';
import { isPermissive, type Weakness, weaknessesOf } from './weaknesses.ts';
import { type Asked, isAbout, type Seen, seenAt, seenOf } from './wire.ts';

export type Wire = {
  readonly endpoint: Endpoint;
  /** Of the endpoint’s other checks. */
  readonly results: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly trust: TrustContext;
  readonly now: Instant;
};

/** Null where the source says nothing that can be judged. */
export const judgeConfiguration = (covered: Covered, wire: Wire): Judged | null => {
  const findings = [
    ...covered.claims.flatMap((claim) => [
      ...contradictions(claim, covered.source, wire),
      ...weaknessesOf(claim).flatMap((weakness) => held(weakness, claim, covered.source, wire)),
      ...trustFindings(claim, covered.source, wire),
    ]),
    ...[...covered.certificates, ...covered.claims.flatMap(({ certificates }) => certificates)].flatMap((each) =>
      renewalFindings(each, covered.source, wire),
    ),
  ];
  if (findings.some(({ severity }) => severity !== 'info')) return judgedBy(findings, '');
  const open = unproven(covered, wire);
  if (open !== null || findings.length > 0) return open ?? judgedBy(findings, '');
  const said = covered.claims.find((claim) => claim.clientCertificate?.value === 'required' && !isPermissive(claim));
  if (said === undefined) return covered.certificates.length > 0 ? judgedBy([], inDate(covered, wire)) : null;
  const text = `${covered.source} says that ${wire.endpoint.name} requires a client certificate`;
  return judgedBy([], `${text} (${placeText(said.clientCertificate?.at ?? said.at)}), and the wire shows it.`);
};

const verifies = ({ clientCertificate: said }: Claim): boolean =>
  said?.value === 'required' || said?.value === 'optional';

/** An enforcement that is said and that a client has passed. The words follow “<source> says that <endpoint> ”. */
const PROMISES: readonly {
  readonly says: (claim: Claim) => Said<unknown>;
  readonly broken: Asked;
  readonly text: string;
  readonly but: string;
}[] = [
  {
    says: (claim) =>
      claim.clientCertificate?.value === 'required' && !isPermissive(claim) ? claim.clientCertificate : null,
    broken: 'nobody',
    text: 'requires a client certificate',
    but: 'a client without one was served',
  },
  {
    says: (claim) => (verifies(claim) && !isPermissive(claim) ? claim.clientCertificate : null),
    broken: 'stranger',
    text: 'verifies client certificates',
    but: 'one that none of its CAs issued was served',
  },
  {
    says: ({ plaintext: said }) => (said?.value === 'refused' ? said : null),
    broken: 'plaintext',
    text: 'refuses plaintext',
    but: 'a client without TLS was served',
  },
  {
    says: ({ expiry: said }) => (said?.value === 'checked' ? said : null),
    broken: 'expired',
    text: 'refuses expired client certificates',
    but: 'one that has expired was served',
  },
  {
    says: ({ revocation: said }) => (said !== null && said.value !== 'none' ? said : null),
    broken: 'revoked',
    text: 'refuses revoked client certificates',
    but: 'one that is revoked was served',
  },
];

const contradictions = (claim: Claim, source: string, { endpoint, results }: Wire): readonly Finding[] =>
  PROMISES.flatMap(({ says, broken, text, but }): readonly Finding[] => {
    const said = says(claim);
    const { saw, by } = seenOf(broken, results);
    if (said === null || saw !== 'admitted') return [];
    const message = `${source} says that ${endpoint.name} ${text} (${placeText(said.at)}), and ${but}: it is enforced on paper only.`;
    return [{ code: 'CONFIGURATION_SAYS_ENFORCED', severity: 'critical', message, ...causeOf(by) }];
  });

/** Of the wire’s own finding; its waiver, too. */
const causeOf = (by: CheckResult | null): Pick<Finding, 'cause' | 'waiver'> => ({
  cause: by?.cause ?? null,
  ...(by?.verdict === 'waived' && { waiver: by.waiver }),
});

/** A skipped scenario says that its client is served by design; of strangers there are several, and one proves nothing of the others. */
const isByDesign = (asked: Asked, { skip }: Endpoint): boolean =>
  asked !== 'stranger' && skip.some((skipped) => isAbout(asked, skipped));

/** A weakness, beside what the wire shows of it. */
const held = (weakness: Weakness, claim: Claim, source: string, wire: Wire): readonly Finding[] => {
  const { endpoint, results } = wire;
  const serves = weakness.serves.filter((asked) => !isByDesign(asked, endpoint));
  if (serves.length === 0 && weakness.serves.length > 0) return [];
  // Who is admitted is the question of configured-access.
  if (weakness.code === 'CONFIGURATION_ADMITS_ANYBODY') return [];
  const ways = weakness.code === 'CONFIGURATION_LEAVES_WAY_IN' ? waysOf(claim, results) : [];
  const seen = together([...serves.map((asked) => seenOf(asked, results)), ...ways]);
  const message = `${source} says that ${endpoint.name} ${weakness.text} (${placeText(weakness.at, weakness.because)})`;
  if (seen.saw === 'admitted')
    return [{ ...weakness, message: `${message}, and the wire shows the same.`, ...causeOf(seen.by) }];
  const at = configurationAt(source, weakness.at);
  if (seen.saw === 'unknown') return [{ ...weakness, ...at, message: `${message}.`, cause: null }];
  // A way in that is closed is none; a revoked certificate that is refused is refused by a list that the source does not show.
  if (weakness.code === 'CONFIGURATION_LEAVES_WAY_IN' || weakness.severity === 'info') return [];
  const text = `${message}; on the wire it is refused: by something in front of it, by the application, or by a configuration that is newer than the source.`;
  return [{ code: 'CONFIGURATION_SAYS_OPEN', severity: 'warning', message: text, cause: null, ...at }];
};

/** One that is served decides; all have to be refused. */
const together = (seen: readonly Seen[]): Seen =>
  seen.find(({ saw }) => saw === 'admitted') ?? seen.find(({ saw }) => saw === 'unknown') ?? seen[0] ?? NOT_SEEN;
const NOT_SEEN: Seen = { saw: 'unknown', by: null };

const waysOf = ({ otherWays }: Claim, results: readonly CheckResult[]): readonly Seen[] =>
  otherWays.map(({ url }) => (url === null ? NOT_SEEN : seenAt(url, results)));

const renewalFindings = (
  certificate: CertificateClaim,
  source: string,
  { endpoint, now }: Wire,
): readonly Finding[] => {
  const trouble = renewalTrouble(certificate, now);
  if (trouble === null) return [];
  const message = `${source} says of the certificate ${inert(certificate.name)} of ${endpoint.name}: ${trouble} (${placeText(certificate.at)}).`;
  return [{ code: 'CONFIGURATION_RENEWAL_MISSED', severity: 'warning', message, cause: null }];
};

const inDate = ({ source, certificates }: Covered, { endpoint, now }: Wire): string =>
  `${source} has ${certificates.length} certificate${certificates.length === 1 ? '' : 's'} of ${endpoint.name}, and says of none that it has ended or missed its renewal at ${iso(now)}.`;

/** A promise that was asked about and that this run did not decide: nothing is right by it. Null where there is none. */
const unproven = ({ claims, source }: Covered, { endpoint, results }: Wire): Judged | null => {
  for (const claim of claims)
    for (const { says, broken, text } of PROMISES) {
      const said = says(claim);
      const { saw, by } = seenOf(broken, results);
      if (said === null || saw !== 'unknown' || (by === null && broken !== 'nobody')) continue;
      return {
        ...{ verdict: 'inconclusive', code: 'CONTROL_NOT_ACCEPTED', severity: 'warning', advice: null },
        message: `${source} says that ${endpoint.name} ${text} (${placeText(said.at)}); whether it does, this run has not shown.`,
        cause: by?.cause ?? null,
      };
    }
  return null;
};
