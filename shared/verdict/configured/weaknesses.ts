/** Where a configuration is weak by itself, whatever the wire shows. */
import type { Claim, Place, Said } from '../../model/claim.ts';
import type { FixedCode, Severity } from '../../model/names.ts';

/** `text`: words that follow "<source> says that <endpoint> " . */
export type Weakness = {
  readonly code: FixedCode;
  readonly severity: Exclude<Severity, 'none'>;
  readonly text: string;
  readonly at: Place;
};

type Aspect = (claim: Claim) => Weakness | null;

const weak = (code: FixedCode, severity: Weakness['severity'], text: string, at: Place): Weakness => ({
  ...{ code, severity, text, at },
});
const because = (said: NonNullable<Said<unknown>>): string => (said.because === undefined ? '' : ` (${said.because})`);

const clientCertificate: Aspect = ({ clientCertificate: said }) => {
  if (said === null || said.value === 'required') return null;
  const why = because(said);
  switch (said.value) {
    case 'optional':
      return weak(
        'CONFIGURATION_OPTIONAL',
        'warning',
        `verifies a client certificate, and requires none${why}`,
        said.at,
      );
    case 'passed-through':
      return weak(
        'CONFIGURATION_PASSES_THROUGH',
        'warning',
        `asks for a client certificate, and does not verify it${why}`,
        said.at,
      );
    case 'none':
      return weak('CONFIGURATION_ASKS_NOBODY', 'warning', `asks for no client certificate${why}`, said.at);
    default:
      return said.value satisfies never;
  }
};

const plaintext: Aspect = ({ plaintext: said, policy }) => {
  if (said?.value !== 'allowed') return null;
  return policy === 'absent'
    ? weak('CONFIGURATION_WITHOUT_POLICY', 'critical', `has no policy, and lets plaintext in${because(said)}`, said.at)
    : weak('CONFIGURATION_PERMISSIVE', 'warning', `lets plaintext in${because(said)}`, said.at);
};

const expiry: Aspect = ({ expiry: said }) =>
  said?.value === 'ignored'
    ? weak('CONFIGURATION_IGNORES_EXPIRY', 'warning', `lets expired client certificates in${because(said)}`, said.at)
    : null;

const revocation: Aspect = ({ revocation: said }) =>
  said?.value === 'none'
    ? weak('CONFIGURATION_WITHOUT_REVOCATION', 'info', `looks at no revocation list${because(said)}`, said.at)
    : null;

const admission: Aspect = ({ admission: said, clientCertificate: asked }) =>
  said !== null && said.value.rules.length === 0 && said.value.otherwise === 'admit' && asked?.value === 'required'
    ? weak(
        'CONFIGURATION_ADMITS_ANYBODY',
        'warning',
        `admits every certificate that its CAs issued${because(said)}`,
        said.at,
      )
    : null;

const wayIn: Aspect = ({ otherWays }) => {
  const [first, ...others] = otherWays;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const url = first.url === null ? '' : ` (${first.url})`;
  return weak('CONFIGURATION_LEAVES_WAY_IN', 'warning', `can be reached by ${first.what}${url}${more}`, first.at);
};

const ASPECTS: readonly Aspect[] = [clientCertificate, plaintext, expiry, wayIn, admission, revocation];

/** The worst first. */
export const weaknessesOf = (claim: Claim): readonly Weakness[] =>
  ASPECTS.flatMap((aspect) => aspect(claim) ?? []).toSorted((one, other) => rank(one) - rank(other));

const rank = ({ severity }: Weakness): number => ['critical', 'warning', 'info'].indexOf(severity);
