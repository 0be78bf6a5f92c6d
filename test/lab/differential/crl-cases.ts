/** Chains with CRLs that keep and break each rule of RFC 5280 §5.2 and §6.3.3, for the leaf and for the CA above it. */
import { constants, sign } from 'node:crypto';
import fc from 'fast-check';
import { DAY, HOUR, type Instant } from '../../../shared/model/time.ts';
import { explicit, integer, oid, sequence, TAG, tlv } from '../../../shared/pki/asn1/der.ts';
import { nameOfText } from '../../../shared/pki/mint/distinguished-name.ts';
import { crlNumber } from '../../../shared/pki/mint/extensions.ts';
import { type Authority, issueAuthority, type Validity } from '../../../shared/pki/mint/issue.ts';
import type { Signature } from '../../../shared/pki/mint/keys.ts';
import {
  certificateIssuer,
  deltaOf,
  distributionPoints,
  type Entry,
  FIELDS,
  freshest,
  fullName,
  mintCrl,
  reason,
  reencoded,
  scope,
  unknownCritical,
  uri,
  withExtensions,
} from '../../helpers/crls.ts';
import { serverLeaf } from '../../helpers/served-runs.ts';
import type { CrlCase } from './crl-verifiers.ts';

const LEAF = Uint8Array.of(0x51, 1);
const CA = Uint8Array.of(0x52, 1);
const OWN = fullName(uri('http://crl.test/1.crl'));
const OTHER = fullName(uri('http://crl.test/2.crl'));
const PLACES = ['leaf', 'ca'] as const;
type Place = (typeof PLACES)[number];

const periods = (now: Instant): Readonly<Record<string, Validity>> => ({
  today: { notBefore: now - HOUR, notAfter: now + 7 * DAY },
  last: { notBefore: now - 3 * DAY, notAfter: now + 4 * DAY },
  ended: { notBefore: now - 8 * DAY, notAfter: now - DAY },
  'ended-new': { notBefore: now - 2 * HOUR, notAfter: now - HOUR },
  tomorrow: { notBefore: now + DAY, notAfter: now + 8 * DAY },
});
const PERIODS = ['today', 'last', 'ended', 'ended-new', 'tomorrow'] as const;

const HITS: Readonly<Record<string, (serial: Uint8Array) => readonly Entry[]>> = {
  none: () => [],
  hit: (serial) => [{ serial: Uint8Array.of(7) }, { serial, extensions: [reason(1)] }],
  held: (serial) => [{ serial, extensions: [reason(6)] }],
  removed: (serial) => [{ serial, extensions: [reason(8)] }],
  'other-serial': () => [{ serial: Uint8Array.of(7), extensions: [reason(1)] }],
  'of-another-ca': (serial) => [{ serial, extensions: [certificateIssuer(nameOfText('CN=Else'))] }],
  'critical-entry': () => [{ serial: Uint8Array.of(7), extensions: [unknownCritical] }],
};
const SCOPES: Readonly<Record<string, readonly Uint8Array[] | null>> = {
  all: null,
  empty: [],
  user: [FIELDS.user],
  ca: [FIELDS.ca],
  attribute: [FIELDS.attribute],
  reasons: [FIELDS.reasons],
  own: [OWN],
  other: [OTHER],
  'own-user': [OWN, FIELDS.user],
  indirect: [FIELDS.indirect],
};
const NAMES: Readonly<Record<string, (name: Uint8Array) => Uint8Array>> = {
  same: (name) => name,
  printable: (name) => reencoded(name, TAG.printableString),
  upper: (name) => reencoded(name, TAG.utf8String, (text) => text.toUpperCase()),
  blanks: (name) => reencoded(name, TAG.utf8String, (text) => ` ${text.replaceAll(' ', '  ')}`),
  bmp: (name) => reencoded(name, 30),
  other: (name) => reencoded(name, TAG.utf8String, (text) => `${text}x`),
};
const hashed = (identifier: string) => sequence(oid(identifier), tlv(TAG.null));
const pss = (hash: Uint8Array, salt: number) =>
  sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(explicit(0, hash), explicit(1, sequence(oid('1.2.840.113549.1.1.8'), hash)), explicit(2, integer(salt))),
  );
type Made = readonly [algorithm: Uint8Array, hash: string, salt?: number];
const rsa = (last: number) => sequence(oid(`1.2.840.113549.1.1.${last}`), tlv(TAG.null));
const NIST = '2.16.840.1.101.3.4';
/** By an RSA key. */
const ALGORITHMS: Readonly<Record<string, Made>> = {
  sha256: [rsa(11), 'sha256'],
  sha224: [rsa(14), 'sha224'],
  sha384: [rsa(12), 'sha384'],
  sha512: [rsa(13), 'sha512'],
  'sha512-256': [rsa(16), 'sha512-256'],
  'sha3-256': [sequence(oid(`${NIST}.3.14`), tlv(TAG.null)), 'sha3-256'],
  'pss-sha256': [pss(hashed(`${NIST}.2.1`), 32), 'sha256', 32],
  'pss-sha384': [pss(hashed(`${NIST}.2.2`), 20), 'sha384', 20],
};

type Spec = {
  readonly period?: (typeof PERIODS)[number];
  readonly hit?: string;
  readonly scope?: string;
  readonly name?: string;
  readonly algorithm?: string;
  readonly signer?: 'own' | 'namesake' | 'another';
  readonly number?: number;
  readonly base?: number;
  readonly critical?: boolean;
};

type Pki = {
  readonly root: Authority;
  readonly sub: Authority;
  readonly namesakes: Readonly<Record<Place, Authority>>;
  readonly another: Authority;
  /** Leaf first, with the CA: they name distribution points where a case is of a shard. */
  readonly chains: Readonly<Record<'plain' | 'sharded', string>>;
};

const newPki = async (now: Instant): Promise<Pki> => {
  const validity = { notBefore: now - 100 * DAY, notAfter: now + 200 * DAY };
  const authority = (subject: string, parent?: Authority, serial?: Uint8Array) =>
    issueAuthority(
      { subject, validity, keyKind: 'rsa-2048', ...(serial === undefined ? {} : { serial }) },
      parent === undefined ? {} : { parent },
    );
  const root = await authority('CN=Lab Root, O=Example');
  const sub = await authority('CN=Issuing CA, O=Example', root, CA);
  const plain = await serverLeaf(sub, validity, LEAF);
  const pointed = (certificate: string, issuer: Authority) =>
    withExtensions(certificate, issuer, distributionPoints({ name: OWN }));
  return {
    root,
    sub,
    namesakes: { leaf: await authority('CN=Issuing CA, O=Example'), ca: await authority('CN=Lab Root, O=Example') },
    another: await authority('CN=Another'),
    chains: { plain, sharded: pointed(plain, sub) + pointed(sub.certificatePem, root) },
  };
};

const signatureOf = (name: string, { privateKey: key }: Authority): Signature => {
  const [algorithm, hash, salt] = ALGORITHMS[name] ?? [rsa(11), 'sha256'];
  const padding = salt === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
  return { algorithm, sign: (bytes) => new Uint8Array(sign(hash, bytes, { key, ...padding })) };
};

const extensionsOf = ({ scope: fields = 'all', number, base, critical }: Spec): readonly Uint8Array[] => {
  const marks = SCOPES[fields] ?? null;
  return [
    ...(number === undefined ? [] : [crlNumber(number), freshest]),
    ...(base === undefined ? [] : [deltaOf(base)]),
    ...(marks === null ? [] : [scope(...marks)]),
    ...(critical === true ? [unknownCritical] : []),
  ];
};

const listOf = (spec: Spec, place: Place, pki: Pki, now: Instant): string => {
  const { signer = 'own', name = 'same', hit = 'none', algorithm = 'sha256' } = spec;
  const own = place === 'leaf' ? pki.sub : pki.root;
  const by = { own, another: pki.another, namesake: pki.namesakes[place] }[signer];
  const period = periods(now)[spec.period ?? 'today'];
  const [rename, entriesFor] = [NAMES[name], HITS[hit]];
  if (period === undefined || rename === undefined || entriesFor === undefined) throw new RangeError('no such list');
  const entries = entriesFor(place === 'leaf' ? LEAF : CA);
  return mintCrl({ ...by, name: rename(by.name) }, period, extensionsOf(spec), entries, signatureOf(algorithm, by));
};

type Situation = { readonly name: string; readonly specs: readonly Spec[]; readonly sharded?: boolean };

const each = <K extends keyof Spec>(key: K, values: readonly Spec[K][], more: Spec = {}): readonly Situation[] =>
  values.flatMap((value) =>
    (['none', 'hit'] as const).map((hit) => ({
      name: `${key}-${value}-${hit}`,
      specs: [{ hit, ...more, [key]: value }],
    })),
  );

/** One list with one property, and pairs of an older and a newer one. */
const chosen = (): readonly Situation[] => [
  ...each('period', PERIODS),
  ...each('name', Object.keys(NAMES)),
  ...each('algorithm', Object.keys(ALGORITHMS)),
  ...each('signer', ['own', 'namesake', 'another']),
  ...each('critical', [true]),
  ...each('base', [3], { number: 4 }),
  ...Object.keys(HITS).map((hit) => ({ name: `entry-${hit}`, specs: [{ hit }] })),
  ...[false, true].flatMap((sharded) =>
    each('scope', Object.keys(SCOPES)).map((one) => ({
      ...one,
      name: `${one.name}-${sharded ? 'sharded' : 'plain'}`,
      sharded,
    })),
  ),
  ...['none', 'hit', 'held', 'removed'].flatMap((before) =>
    ['none', 'hit', 'removed'].flatMap((after): readonly Situation[] => [
      {
        name: `newer-${before}-${after}`,
        specs: [
          { period: 'last', hit: before, number: 3 },
          { hit: after, number: 4 },
        ],
      },
      { name: `beside-ended-${before}-${after}`, specs: [{ period: 'ended', hit: before }, { hit: after }] },
      {
        name: `delta-${before}-${after}`,
        specs: [
          { period: 'last', hit: before, number: 3 },
          { hit: after, number: 4, base: 3 },
        ],
      },
    ]),
  ),
];

/** Any lists beside each other; the same in every run. */
const random = (count: number): readonly Situation[] => {
  const spec = fc.record<Spec>(
    {
      period: fc.constantFrom(...PERIODS),
      hit: fc.constantFrom('none', 'none', 'hit', 'held', 'other-serial'),
      scope: fc.constantFrom('all', 'all', ...Object.keys(SCOPES)),
      name: fc.constantFrom(...Object.keys(NAMES)),
      algorithm: fc.constantFrom(...Object.keys(ALGORITHMS)),
      signer: fc.constantFrom('own', 'own', 'own', 'namesake', 'another'),
      number: fc.integer({ min: 1, max: 5 }),
      critical: fc.constantFrom(false, false, true),
    },
    { requiredKeys: ['hit'] },
  );
  const situations = fc.record({ specs: fc.array(spec, { minLength: 1, maxLength: 4 }), sharded: fc.boolean() });
  return fc
    .sample(situations, { numRuns: count, seed: 13 })
    .map((one, at) => ({ ...one, name: `random-${at}${mayContradict(one.specs) ? '-contradicted' : ''}` }));
};

/** Its lists may contradict each other: one of them lists, and another does not. */
const mayContradict = (specs: readonly Spec[]): boolean =>
  specs.length > 1 &&
  specs.some(({ hit }) => hit === 'hit' || hit === 'held') &&
  specs.some(({ hit }) => hit !== 'hit');

/** `count`: of random ones. */
export const everyCrlCase = async (now: Instant, count: number): Promise<readonly CrlCase[]> => {
  const pki = await newPki(now);
  return PLACES.flatMap((place) =>
    [...chosen(), ...random(count)].map(
      ({ name, specs, sharded = false }): CrlCase => ({
        name: `${place}-${name}`,
        chain: sharded ? pki.chains.sharded : pki.chains.plain,
        root: pki.root.certificatePem,
        lists: [
          ...specs.map((spec) => listOf(spec, place, pki, now)),
          // The leaf's own, so that its CA decides.
          ...(place === 'ca' ? [listOf({}, 'leaf', pki, now)] : []),
        ],
        which: place === 'leaf' ? 'leaf' : 'all',
      }),
    ),
  );
};
