/** Where a configuration is weak by itself, whatever the wire shows. */
import type { Claim, Said } from '../../model/claim.ts';
import { inert } from '../../model/inert.ts';
import type { FixedCode, Severity } from '../../model/names.ts';
import type { Place } from '../../model/place.ts';
import type { Asked } from './wire.ts';

/** `text`: words that follow “<source> says that <endpoint> ”. `serves`: clients who would be served; empty where the wire cannot show it. */
export type Weakness = {
  readonly code: FixedCode;
  readonly severity: Exclude<Severity, 'none'>;
  readonly text: string;
  readonly because: string | null;
  readonly at: Place;
  readonly serves: readonly Asked[];
};

type Aspect = (claim: Claim) => Weakness | null;
type Rest = Pick<Weakness, 'code' | 'severity' | 'text' | 'serves'>;

const weak = (said: NonNullable<Said<unknown>>, rest: Rest): Weakness => ({
  ...rest,
  ...{ because: said.because ?? null, at: said.at },
});

const clientCertificate: Aspect = (claim) => {
  const said = claim.clientCertificate;
  if (said === null || said.value === 'required' || isPermissive(claim)) return null;
  const severity = 'warning';
  switch (said.value) {
    case 'optional':
      return weak(said, {
        ...{ code: 'CONFIGURATION_OPTIONAL', severity, serves: ['nobody'] },
        text: 'verifies a client certificate, and requires none',
      });
    case 'passed-through':
      return weak(said, {
        ...{ code: 'CONFIGURATION_PASSES_THROUGH', severity, serves: ['stranger'] },
        text: 'asks for a client certificate, and does not verify it',
      });
    case 'none':
      return weak(said, {
        ...{ code: 'CONFIGURATION_ASKS_NOBODY', severity, serves: ['nobody'] },
        text: 'asks for no client certificate',
      });
    default:
      return said.value satisfies never;
  }
};

/**
 * One mode that takes what comes, with mutual TLS or without (Istio’s PERMISSIVE): one weakness, not two, and no promise about who brings a certificate. What is
 * TLS of the application’s own passes it, too.
 */
export const isPermissive = ({ clientCertificate: asked, plaintext: plain }: Claim): boolean =>
  plain?.value === 'allowed' &&
  (asked?.value === 'optional' || asked?.value === 'required') &&
  JSON.stringify(plain.at) === JSON.stringify(asked.at);

const plaintext: Aspect = (claim) => {
  const { plaintext: said, policy } = claim;
  if (said?.value !== 'allowed') return null;
  const serves: readonly Asked[] = isPermissive(claim) ? ['plaintext', 'nobody'] : ['plaintext'];
  return policy === 'absent'
    ? weak(said, {
        ...{ code: 'CONFIGURATION_WITHOUT_POLICY', severity: 'critical', serves },
        text: 'has no policy, and lets plaintext in',
      })
    : weak(said, { code: 'CONFIGURATION_PERMISSIVE', severity: 'warning', serves, text: 'lets plaintext in' });
};

const expiry: Aspect = ({ expiry: said }) =>
  said?.value === 'ignored'
    ? weak(said, {
        ...{ code: 'CONFIGURATION_IGNORES_EXPIRY', severity: 'warning', serves: ['expired'] },
        text: 'lets expired client certificates in',
      })
    : null;

const revocation: Aspect = ({ revocation: said }) =>
  said?.value === 'none'
    ? weak(said, {
        ...{ code: 'CONFIGURATION_WITHOUT_REVOCATION', severity: 'info', serves: ['revoked'] },
        text: 'looks at no revocation list',
      })
    : null;

/** Who authorizes where the source does not is not known: the application often does. */
const admission: Aspect = ({ admission: said, clientCertificate: asked }) =>
  said !== null && said.value.rules.length === 0 && said.value.otherwise === 'admit' && asked?.value === 'required'
    ? weak(said, {
        ...{ code: 'CONFIGURATION_ADMITS_ANYBODY', severity: 'info', serves: [] },
        text: 'admits every certificate that its CAs issued',
      })
    : null;

const wayIn: Aspect = ({ otherWays }) => {
  const [first, ...others] = otherWays;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const url = first.url === null ? '' : ` (${inert(first.url)})`;
  return {
    ...{ code: 'CONFIGURATION_LEAVES_WAY_IN', severity: 'warning', serves: [], because: null, at: first.at },
    text: `can be reached by ${inert(first.what)}${url}${more}`,
  };
};

const ASPECTS: readonly Aspect[] = [clientCertificate, plaintext, expiry, wayIn, admission, revocation];

/** The worst first. */
export const weaknessesOf = (claim: Claim): readonly Weakness[] =>
  ASPECTS.flatMap((aspect) => aspect(claim) ?? []).toSorted((one, other) => rank(one) - rank(other));

const rank = ({ severity }: Weakness): number => ['critical', 'warning', 'info'].indexOf(severity);
