/** What each source says of an endpoint beside what the wire showed: one line a claim, as `istioctl authn tls-check` printed it. */
import { type Admission, EFFECTS, type Rule } from '../../../shared/model/admission.ts';
import type { Claim } from '../../../shared/model/claim.ts';
import type { Covered } from '../../../shared/model/configured.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import { familyOf } from '../../../shared/scenario/catalogue.ts';
import { placeText } from '../../../shared/verdict/configured/configured-finding.ts';
import { weaknessesOf } from '../../../shared/verdict/configured/weaknesses.ts';
import { seenOf } from '../../../shared/verdict/configured/wire.ts';
import type { Colors } from './colors.ts';
import { columns } from './columns.ts';
import { hanging } from './wrap.ts';

export type Described = {
  readonly endpoint: Pick<Endpoint, 'name' | 'host' | 'port'>;
  readonly covered: readonly Covered[];
  /** Of the endpoint; null where it was not asked. */
  readonly results: readonly CheckResult[] | null;
};

const HEADS = ['ENDPOINT', 'HOST:PORT', 'STATUS', 'SERVER', 'CLIENT', 'WIRE', 'SOURCE'] as const;

/** `OK`: as configured, and not weak. `CONFLICT`: the source and the wire differ. */
export type Status = 'OK' | 'CONFLICT' | 'WEAK' | 'UNKNOWN' | 'NOT ASKED';

const CONFLICTS: readonly string[] = [
  'CONFIGURATION_SAYS_ENFORCED',
  'CONFIGURATION_SAYS_OPEN',
  'CONFIGURATION_SAYS_ADMITTED',
  'CONFIGURATION_SAYS_REFUSED',
  'CONFIGURATION_REQUESTS_OTHER_CAS',
];

/** Of a source at an endpoint: the worst of its checks. */
/** Nothing was asked of the wire: only what is weak by itself is known. */
const unasked = ({ missing, claims }: Covered): Status => {
  if (missing !== null) return 'UNKNOWN';
  const weak = claims.flatMap(weaknessesOf).some(({ severity }) => severity !== 'info');
  return weak ? 'WEAK' : 'NOT ASKED';
};

export const statusOf = (covered: Covered, results: readonly CheckResult[] | null): Status => {
  if (results === null) return unasked(covered);
  const { source } = covered;
  const own = results.filter(({ scenario, subject }) => subject === source && isConfigured(scenario));
  if (own.some(({ code, verdict }) => verdict !== 'pass' && CONFLICTS.includes(code))) return 'CONFLICT';
  if (own.some(({ verdict }) => verdict === 'fail' || verdict === 'waived')) return 'WEAK';
  return own.length === 0 || own.some(({ verdict }) => verdict === 'inconclusive') ? 'UNKNOWN' : 'OK';
};

const isConfigured = (scenario: CheckResult['scenario']): boolean => familyOf(scenario) === 'configuration';

export function* descriptionText(described: readonly Described[], colors: Colors, width: number): Generator<string> {
  const rows = described.flatMap((each) => rowsOf(each, colors));
  yield* columns([...HEADS], rows, colors);
  for (const { endpoint, covered, results } of described) {
    const lines = [...placesOf(covered), ...sentencesOf(results)];
    if (lines.length > 0) yield `\n${colors.bold(endpoint.name)}\n`;
    for (const line of lines) yield `${hanging('  ', 2, printable(line), width)}\n`;
  }
}

const rowsOf = ({ endpoint, covered, results }: Described, colors: Colors): readonly (readonly string[])[] => {
  const host = `${endpoint.host}:${endpoint.port}`;
  const wire = wireText(results);
  const rows = covered.flatMap((each) => {
    const status = painted(statusOf(each, results), colors);
    return each.claims.map((claim) => [
      ...[endpoint.name, host, status, serverText(claim), claim.clients?.value ?? '-', wire, each.source],
    ]);
  });
  return rows.length > 0
    ? rows
    : [[endpoint.name, host, painted('UNKNOWN', colors), '-', '-', wire, covered[0]?.source ?? 'none']];
};

const painted = (status: Status, colors: Colors): string => {
  switch (status) {
    case 'OK':
      return colors.green(status);
    case 'CONFLICT':
      return colors.red(status);
    case 'WEAK':
      return colors.yellow(status);
    case 'UNKNOWN':
    case 'NOT ASKED':
      return colors.dim(status);
    default:
      return status satisfies never;
  }
};

/** `required`, `optional, plaintext too`. */
const serverText = ({ clientCertificate, plaintext }: Claim): string =>
  `${clientCertificate?.value ?? '-'}${plaintext?.value === 'allowed' ? ', plaintext too' : ''}`;

/** What the probes saw, whatever a source says. */
const wireText = (results: readonly CheckResult[] | null): string => {
  if (results === null) return '-';
  const [nobody, stranger, plain] = (['nobody', 'stranger', 'plaintext'] as const).map(
    (asked) => seenOf(asked, results).saw,
  );
  const open = [
    nobody === 'admitted' ? 'open to anybody' : null,
    stranger === 'admitted' ? 'to any certificate' : null,
    plain === 'admitted' ? 'to plaintext' : null,
  ].filter((part) => part !== null);
  if (open.length > 0) return open.join(', ');
  return nobody === 'refused' ? 'required' : 'not known';
};

const placesOf = (covered: readonly Covered[]): readonly string[] =>
  covered.flatMap(({ source, claims }) =>
    claims.flatMap(({ endpoint, clientCertificate, clients, admission }) => [
      ...(clientCertificate === null
        ? [`${source} calls it ${endpoint.name}, and says nothing of client certificates`]
        : [
            `${source} calls it ${endpoint.name}. Server: ${clientCertificate.value}, ${placeText(clientCertificate.at)}${because(clientCertificate)}`,
          ]),
      ...(clients === null ? [] : [`${source}, client: ${clients.value}, ${placeText(clients.at)}${because(clients)}`]),
      ...(admission === null
        ? []
        : [`${source}, admission: ${rulesText(admission.value)}, ${placeText(admission.at)}${because(admission)}`]),
    ]),
  );

const EFFECT_WORDS: Readonly<Record<Rule['effect'], string>> = {
  admit: 'admitting',
  refuse: 'refusing',
  ask: 'asking somebody else',
  undefined: 'undefined',
};

/** `2 rules (1 admitting, 1 undefined)`. */
const rulesText = ({ rules, otherwise }: Admission): string => {
  if (rules.length === 0) return otherwise === 'admit' ? 'everybody' : otherwise === 'refuse' ? 'nobody' : 'unsaid';
  const counts = EFFECTS.flatMap((effect) => {
    const count = rules.filter((rule) => rule.effect === effect).length;
    return count === 0 ? [] : [`${count} ${EFFECT_WORDS[effect]}`];
  });
  return `${rules.length} rule${rules.length === 1 ? '' : 's'}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`;
};

const because = ({ because: why }: { readonly because?: string }): string => (why === undefined ? '' : `: ${why}`);

const sentencesOf = (results: readonly CheckResult[] | null): readonly string[] =>
  (results ?? [])
    .filter(({ scenario, verdict }) => isConfigured(scenario) && verdict !== 'pass')
    .map(({ message }) => message)
    .filter((message, at, all) => all.indexOf(message) === at);
