/**
 * One line for a shell that asks what a check asked, of the same address. It runs as pasted: what is not in a file yet is fetched or made into a folder
 * that nobody else can read and that goes with the line. No key and no secret value stands in it, nor in an argument of a command.
 */
import type { Check, Detour } from '../../model/check.ts';
import { nameOf } from '../../model/presented.ts';
import type { Observation, Presented, SecretStage } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import { type IdentityPlace, NOWHERE, type Whereabouts, WRITTEN } from '../../model/whereabouts.ts';
import { reproduceLine, showLine } from '../../protocol/protocols.ts';
import { bracketed, quoted, type Way } from '../../protocol/shell.ts';
import { familyOf } from '../../scenario/catalogue.ts';

/** How the check's connection was made, beside its plan. */
export type Seen = {
  readonly observation?: Pick<Observation, 'address' | 'sni'> | undefined;
  /** Default: it is. */
  readonly isSound?: boolean;
  /** Default: nothing is where a command line finds it. */
  readonly where?: Whereabouts | undefined;
};

/** Does not need installing from a registry of packages: a stranger's package might have the name. */
const MONITOR = 'npx --no mtls-monitor';

/** `mtls-monitor present` for this check, with more options. */
const presentLine = (check: Check, endpoint: Endpoint, { observation, where = NOWHERE }: Seen, more = ''): string =>
  [
    `${MONITOR} present ${quoted(where.given?.url ?? endpoint.name)} ${quoted(check.id.slice(endpoint.name.length + 1))} `,
    (where.given?.options ?? ['--registry', where.registry]).map(quoted).join(' '),
    where.hasSecrets ? ' --secrets aws' : '',
    observation?.address == null ? '' : ` --address ${observation.address}`,
    more,
  ].join('');

/** A file of the line's own folder. */
const own = (name: string): string => `"$d/${name}"`;

const secretText = (secret: string, stage?: SecretStage): string =>
  `aws secretsmanager get-secret-value --secret-id ${quoted(secret)}${stage === undefined ? '' : ` --version-stage ${stage}`} --query SecretString --output text`;

/** What the line presents and trusts, and the commands before it. Null: `mtls-monitor present` has to write it. */
type Ready = Pick<Way, 'files' | 'bundle'> & { readonly before: readonly string[] };

const identityReady = (place: IdentityPlace): Omit<Ready, 'bundle'> => {
  if (place.kind === 'files')
    return {
      files: { certificate: quoted(place.certificate), key: quoted(place.privateKey), chained: place.chained },
      before: [],
    };
  const { secret, stage, parts, chained } = place;
  const fetched = `${secretText(secret, stage)} >${own('secret')}`;
  if (parts === null) return { files: { certificate: own('secret'), key: own('secret'), chained }, before: [fetched] };
  const field = (names: readonly string[]) => quoted(names.map((name) => `.[${JSON.stringify(name)}]`).join(', '));
  return {
    files: { certificate: own(WRITTEN.certificate), key: own(WRITTEN.privateKey), chained },
    before: [
      fetched,
      `jq -r ${field(parts.certificate)} ${own('secret')} >${own(WRITTEN.certificate)}`,
      `jq -r ${field([parts.privateKey])} ${own('secret')} >${own(WRITTEN.privateKey)}`,
    ],
  };
};

const presentedReady = (presented: Presented, { identities }: Whereabouts): Omit<Ready, 'bundle'> | null => {
  if (presented.kind === 'none' || presented.kind === 'plaintext') return { files: null, before: [] };
  if (presented.kind === 'minted' || presented.alone === true) return null;
  const place = identities.get(nameOf(presented) ?? '');
  return place === undefined ? null : identityReady(place);
};

const bundleReady = (name: string, { bundles }: Whereabouts): Omit<Ready, 'files'> | null => {
  const place = bundles.get(name);
  if (place === undefined) return null;
  if (place.kind === 'system') return { bundle: null, before: [] };
  if (place.kind === 'file') return { bundle: quoted(place.file), before: [] };
  return { bundle: own(WRITTEN.bundle), before: [`${secretText(place.secret)} >${own(WRITTEN.bundle)}`] };
};

/** Presents nothing and verifies nobody. */
const needsNothing = ({ presented, detour }: Check): boolean =>
  presented?.kind === 'plaintext' ||
  (presented?.kind === 'none' && (detour?.kind === 'sni-bypass' || detour?.kind === 'bypass-address'));

const readyFor = (check: Check & { readonly presented: Presented }, endpoint: Endpoint, seen: Seen): Ready => {
  const { where = NOWHERE } = seen;
  const isSystem = where.bundles.get(endpoint.trustBundle)?.kind === 'system';
  const folder = (name: string) => (where.written === undefined ? own(name) : quoted(`${where.written}/${name}`));
  const presents = check.presented.kind === 'minted' || check.presented.kind === 'identity';
  const written: Ready = {
    files: presents
      ? { certificate: folder(WRITTEN.certificate), key: folder(WRITTEN.privateKey), chained: true }
      : null,
    bundle: isSystem ? null : folder(WRITTEN.bundle),
    before: [],
  };
  if (where.written !== undefined) return written;
  if (needsNothing(check)) return { files: null, bundle: null, before: [] };
  const presented = presentedReady(check.presented, where);
  const bundle = bundleReady(endpoint.trustBundle, where);
  if (presented !== null && bundle !== null)
    return { ...presented, ...bundle, before: [...presented.before, ...bundle.before] };
  const { observation, ...others } = seen;
  const write = presentLine(check, endpoint, others, ' --no-connect --write "$d" >/dev/null');
  return { ...written, before: [write] };
};

/** The headers whose values are secret: the lines of a file, which no argument of a command shows. */
const headerLines = ({ http }: Endpoint): string => {
  const value = (ref: SecretRef) => ('env' in ref ? `\${${ref.env}:?}` : `$(${secretText(ref.secret)})`);
  return Object.entries(http.headers)
    .flatMap(([name, held]) =>
      typeof held === 'string' ? [] : [`printf '%s: %s\\n' ${quoted(name)} "${value(held)}"`],
    )
    .join('; ');
};

/** Sessions belong to one process, and what a proxy would add is made from the control's certificate. */
const ONLY_HERE: readonly (Detour['kind'] | undefined)[] = ['forged-header', 'resumption', 'resumed-identity'];

/** Null where nothing was seen of what the endpoint serves. */
const servedText = (check: Check, endpoint: Endpoint, { observation, where = NOWHERE }: Seen): string | null => {
  if (familyOf(check.scenario) !== 'served-chain' || observation?.address == null) return null;
  const { bundle, before } = bundleReady(endpoint.trustBundle, where) ?? { bundle: null, before: [] };
  const { sni = endpoint.serverName, address } = observation;
  return withPreamble(showLine(check, endpoint, sni, { address, bundle }), before, '');
};

/** Null for a check that shows nothing of the endpoint. */
export const reproduceText = (check: Check, endpoint: Endpoint, seen: Seen = {}): string | null => {
  const { presented } = check;
  if (presented === null) return servedText(check, endpoint, seen);
  const { observation, isSound = true } = seen;
  const ready = readyFor({ ...check, presented }, endpoint, seen);
  const headers = headerLines(endpoint);
  const line = ONLY_HERE.includes(check.detour?.kind)
    ? null
    : reproduceLine({ ...check, presented }, endpoint, {
        ...ready,
        isSound,
        address: observation?.address ?? `${bracketed(endpoint.host)}:${endpoint.port}`,
        ...(observation?.sni === undefined ? {} : { sni: observation.sni }),
        headers: headers === '' ? null : own('headers'),
      });
  const whole = line === null ? null : withPreamble(line, ready.before, headers);
  return whole === null || whole.length > LONGEST ? presentLine(check, endpoint, seen) : whole;
};

/** What is longer is cut in a message, and half a line must not be pasted. */
const LONGEST = 1_900;

const withPreamble = (line: string, fetched: readonly string[], headers: string): string => {
  const before = [...fetched, ...(line.includes(own('headers')) ? [`{ ${headers}; } >${own('headers')}`] : [])];
  return before.length === 0 ? line : inFolder(before, line);
};

/** In a shell of its own, whose folder goes with it. */
const inFolder = (before: readonly string[], line: string): string =>
  `( umask 077; d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT && ${[...before, line].join(' && ')} )`;
