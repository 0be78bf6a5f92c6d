/** Chains of a root, two CAs and a leaf, with each rule of RFC 5280 §6.1 kept and broken at each of the four places. */

import { DAY } from '../../../shared/model/time.ts';
import { integer, octetString, oid, sequence, TAG, text, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/certificate.ts';
import * as make from './certificates.ts';
import type { Case } from './verifiers.ts';

const { general, mint, NOW } = make;
export const PEER = { kind: 'dns', value: 'pay.lab.test' } as const;
export const ADDRESS = { kind: 'ip', value: '127.0.0.1' } as const;

export type Place = 'leaf' | 'sub' | 'top' | 'root';
export const PLACES: readonly Place[] = ['leaf', 'sub', 'top', 'root'];
export const CAS: readonly Place[] = ['sub', 'top', 'root'];
type Changes = Partial<Readonly<Record<Place, Partial<make.Spec>>>>;

const SPECS: Readonly<Record<Place, make.Spec>> = {
  leaf: { subject: 'CN=leaf', key: 'leaf', ca: false, names: [{ dns: 'pay.lab.test' }, { ip: '127.0.0.1' }] },
  sub: { subject: 'CN=Sub CA, O=Lab', key: 'sub' },
  top: { subject: 'CN=Top CA, O=Lab', key: 'top' },
  root: { subject: 'CN=Root CA, O=Lab', key: 'root' },
};
export const specOf = (place: Place, change: Partial<make.Spec> = {}): make.Spec => ({ ...SPECS[place], ...change });

export type Four = Readonly<Record<Place, string>>;
export const four = (changes: Changes = {}): Four => {
  const [leaf, sub, top, root] = PLACES.map((place) => specOf(place, changes[place])) as [
    make.Spec,
    make.Spec,
    make.Spec,
    make.Spec,
  ];
  return { leaf: mint(leaf, sub), sub: mint(sub, top), top: mint(top, root), root: mint(root) };
};

export const chain = (name: string, changes: Changes, peer: Case['peer'] = PEER): Case => {
  const { leaf, sub, top, root } = four(changes);
  return { name, leaf, served: sub + top, anchors: root, peer, now: NOW };
};

/** One change, at each of the places. */
const everywhere = (name: string, change: Partial<make.Spec>, places: readonly Place[] = PLACES): readonly Case[] =>
  places.map((place) => chain(`${name}-${place}`, { [place]: change }));
const adding = (name: string, more: Uint8Array, places: readonly Place[] = PLACES) =>
  everywhere(name, { more: [more] }, places);

const day = (offset: number): string => new Date(NOW + offset * DAY).toISOString();
const digits = (iso: string): string => iso.replaceAll(/[-:T]|\.\d+Z/g, '');
const [past, future] = [digits(day(-30)), digits(day(300))];
const utc = (value: string) => make.written(TAG.utcTime, value);
const long = (value: string) => make.written(TAG.generalizedTime, value);

const dates = (): readonly Case[] => [
  ...everywhere('date-usual', {}),
  ...everywhere('date-expired', { notAfter: NOW - DAY }),
  ...everywhere('date-just-expired', { notAfter: NOW - 1000 }),
  ...everywhere('date-early', { notBefore: NOW + DAY }),
  ...everywhere('date-2051', { notAfter: long('20511231235959Z') }),
  ...everywhere('date-never', { notAfter: long('99991231235959Z') }),
  ...everywhere('date-generalized', { notBefore: long(`${past}Z`), notAfter: long(`${future}Z`) }),
  ...everywhere('date-fraction', { notAfter: long(`${future}.5Z`) }),
  ...everywhere('date-from-fraction', { notBefore: long(`${past}.25Z`) }),
  ...everywhere('date-offset', { notAfter: utc(`${future.slice(2)}+0200`) }),
  ...everywhere('date-long-offset', { notAfter: long(`${future}+0200`) }),
  ...everywhere('date-minutes', { notAfter: utc(`${future.slice(2, 12)}Z`) }),
  ...everywhere('date-from-minutes', { notBefore: utc(`${past.slice(2, 12)}Z`) }),
  ...everywhere('date-long-minutes', { notAfter: long(`${future.slice(0, 12)}Z`) }),
  ...everywhere('date-local', { notAfter: long(future) }),
  ...everywhere('date-month-13', { notAfter: utc(`${future.slice(2, 4)}1301000000Z`) }),
];

const PKIX = '1.3.6.1.5.5.7';
const extensions = (): readonly Case[] => {
  const uri = text(0x86, 'http://x.lab.test/');
  const point = sequence(sequence(tlv(0xa0, tlv(0xa0, uri))));
  const access = sequence(sequence(oid(`${PKIX}.48.1`), uri));
  const known: readonly (readonly [string, string, Uint8Array])[] = [
    ['unknown', '1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)],
    ['issuer-names', '2.5.29.18', sequence(uri)],
    ['distribution-points', '2.5.29.31', point],
    ['freshest', '2.5.29.46', point],
    ['policies', '2.5.29.32', sequence(sequence(oid('2.23.140.1.2.1')))],
    ['access', `${PKIX}.1.1`, access],
    ['subject-access', `${PKIX}.1.11`, sequence(sequence(oid(`${PKIX}.48.5`), uri))],
    ['feature', `${PKIX}.1.24`, sequence(integer(5))],
    ['no-check', '1.3.6.1.5.5.7.48.1.5', tlv(TAG.null)],
    ['netscape', '2.16.840.1.113730.1.1', tlv(TAG.bitString, Uint8Array.of(0, 0xff))],
    ['comment', '2.16.840.1.113730.1.13', text(0x16, 'x')],
    ['key-period', '2.5.29.16', sequence(text(0x80, '20200101000000Z'))],
    [
      'directory-attributes',
      '2.5.29.9',
      sequence(sequence(oid('2.5.4.20'), tlv(TAG.set, text(TAG.printableString, '1')))),
    ],
    ['qualified', `${PKIX}.1.3`, sequence(sequence(oid('0.4.0.1862.1.1')))],
    ['scts', '1.3.6.1.4.1.11129.2.4.2', octetString(Uint8Array.of(0, 0))],
    ['poison', '1.3.6.1.4.1.11129.2.4.3', tlv(TAG.null)],
  ];
  const plain = known.filter(([name]) => name === 'unknown' || name === 'distribution-points' || name === 'policies');
  return [
    ...known.flatMap(([name, id, value]) => adding(`critical-${name}`, extension(id, value, true))),
    ...plain.flatMap(([name, id, value]) => adding(`noncritical-${name}`, extension(id, value))),
    ...everywhere(
      'critical-key-identifier',
      {
        identifiers: 'none',
        more: [extension('2.5.29.14', octetString(Uint8Array.of(1, 2)), true)],
      },
      ['leaf'],
    ),
    ...everywhere('critical-authority-identifier', {
      identifiers: 'none',
      more: [extension('2.5.29.35', sequence(), true)],
    }),
    ...everywhere('twice', {
      more: [
        extension('1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)),
        extension('1.3.6.1.4.1.99999.7', Uint8Array.of(5, 0)),
      ],
    }),
    ...everywhere('twice-basic', { more: [make.basic(true)] }, CAS),
    ...everywhere('unreadable-basic', { ca: null, more: [extension('2.5.29.19', Uint8Array.of(4, 1, 1), true)] }),
    ...everywhere('unreadable-usage', { usage: null, more: [extension('2.5.29.15', Uint8Array.of(4, 1, 1), true)] }),
    ...everywhere('unreadable-names', { names: extension('2.5.29.17', Uint8Array.of(4, 1, 1)) }),
    ...everywhere('unreadable-constraints', { more: [extension('2.5.29.30', Uint8Array.of(4, 1, 1), true)] }, CAS),
    ...everywhere('version-1', { version: 0, ca: null, usage: null, extended: null, names: null, identifiers: 'none' }),
    ...everywhere('version-1-with-extensions', { version: 0 }),
    ...everywhere('critical-names', { names: make.altNames([general.dns('pay.lab.test')], true) }, ['leaf']),
    ...everywhere('no-identifiers', { identifiers: 'none' }),
    ...everywhere('wrong-identifier', { identifiers: 'wrong' }, ['leaf', 'sub', 'top']),
    ...everywhere('damaged', { damaged: true }),
  ];
};

const SERVER = `${PKIX}.3.1`;
const CLIENT = `${PKIX}.3.2`;
const ANY = '2.5.29.37.0';
const usages = (): readonly Case[] => [
  ...everywhere('extended-server', { extended: [SERVER] }),
  ...everywhere('extended-client', { extended: [CLIENT] }),
  ...everywhere('extended-both', { extended: [CLIENT, SERVER] }),
  ...everywhere('extended-any', { extended: [ANY] }),
  ...everywhere('extended-other', { extended: ['1.3.6.1.4.1.99999.3'] }),
  ...everywhere('extended-none', { extended: null }),
  ...everywhere('extended-critical', { extended: null, more: [make.extendedUsage([SERVER], true)] }),
  ...everywhere('extended-critical-client', { extended: null, more: [make.extendedUsage([CLIENT], true)] }),
  ...everywhere('usage-none', { usage: null }),
  ...everywhere('usage-sign', { usage: ['keyCertSign'] }),
  ...everywhere('usage-lists', { usage: ['cRLSign'] }),
  ...everywhere('usage-digital', { usage: ['digitalSignature'] }),
  ...everywhere('usage-both', { usage: ['digitalSignature', 'keyCertSign'] }),
  ...everywhere('usage-encipherment', { usage: ['keyEncipherment'] }, ['leaf']),
  ...everywhere('usage-agreement', { usage: ['keyAgreement'] }, ['leaf']),
  ...everywhere('usage-repudiation', { usage: ['nonRepudiation'] }, ['leaf']),
  ...everywhere('ca-true', { ca: true, usage: ['digitalSignature', 'keyCertSign'] }),
  ...everywhere('ca-false', { ca: false }, CAS),
  ...everywhere('ca-absent', { ca: null, usage: ['digitalSignature', 'keyCertSign'], extended: [SERVER] }),
  ...everywhere(
    'ca-noncritical',
    { ca: null, usage: ['keyCertSign'], more: [make.basic(true, undefined, false)] },
    CAS,
  ),
];

const lengths = (): readonly Case[] => [
  ...[0, 1, 2, 3].flatMap((pathLength) => everywhere(`length-${pathLength}`, { pathLength }, CAS)),
  chain('length-leaf-ca', {
    leaf: { ca: true, usage: ['digitalSignature'], extended: [SERVER] },
    sub: { pathLength: 0 },
  }),
  chain('length-of-leaf', { leaf: { ca: null, more: [make.basic(false, 0)] } }),
  ...everywhere(
    'length-negative',
    {
      ca: null,
      more: [
        extension(
          '2.5.29.19',
          sequence(tlv(TAG.boolean, Uint8Array.of(0xff)), tlv(TAG.integer, Uint8Array.of(0xff))),
          true,
        ),
      ],
    },
    CAS,
  ),
  ...[0, 1].flatMap((pathLength) => [
    // The CA above has a new key, and certifies it under its own name: such certificates are not counted.
    chain(`length-self-issued-${pathLength}`, { sub: { subject: 'CN=Top CA, O=Lab' }, top: { pathLength } }),
  ]),
];

const POLICY = ['1.3.6.1.4.1.99999.1.1', '1.3.6.1.4.1.99999.1.2', '1.3.6.1.4.1.99999.1.3'] as const;
const ANY_POLICY = '2.5.29.32.0';
const policyChains = (): readonly Case[] => {
  const [one, two, three] = POLICY;
  const cases: Case[] = [];
  const add = (
    name: string,
    required: Partial<Record<Place, Uint8Array[]>>,
    leaf: readonly string[] | null,
    sub: readonly string[] | null,
    top: readonly string[] | null,
    also: Partial<Record<Place, Uint8Array[]>> = {},
  ) => {
    const more = (place: Place, own: readonly string[] | null) => [
      ...(own === null ? [] : [make.policies(own)]),
      ...(required[place] ?? []),
      ...(also[place] ?? []),
    ];
    cases.push(
      chain(`policy-${name}`, {
        leaf: { more: more('leaf', leaf) },
        sub: { more: more('sub', sub) },
        top: { more: more('top', top) },
        root: { more: more('root', null) },
      }),
    );
  };
  for (const place of PLACES)
    for (const after of [0, 1, 2, 3]) {
      const required = { [place]: [make.policyConstraints(after)] };
      const at = `${place}-${after}`;
      add(`${at}-all`, required, [one], [one], [one]);
      add(`${at}-none`, required, null, null, null);
      add(`${at}-leaf-lacks`, required, null, [one], [one]);
      add(`${at}-top-lacks`, required, [one], [one], null);
      add(`${at}-other`, required, [two], [one], [one]);
    }
  const required = { top: [make.policyConstraints(0)] };
  add('any', required, [one], [ANY_POLICY], [ANY_POLICY]);
  add('any-leaf', required, [ANY_POLICY], [one], [one]);
  add('any-inhibited-sub', required, [one], [ANY_POLICY], [one], { top: [make.inhibitAny(0)] });
  add('any-inhibited-leaf', required, [ANY_POLICY], [one], [one], { sub: [make.inhibitAny(0)] });
  add('any-inhibited-later', required, [ANY_POLICY], [one], [one], { top: [make.inhibitAny(1)] });
  add('mapped', required, [two], [two], [one], { top: [make.policyMappings([one, two])] });
  add('mapped-not', required, [one], [one], [one], { top: [make.policyMappings([one, two])] });
  add('mapped-inhibited', required, [three], [two], [two], {
    top: [make.policyConstraints(0, 0)].slice(1),
    sub: [make.policyMappings([two, three])],
  });
  add('mapping-inhibited', { top: [make.policyConstraints(0, 0)] }, [three], [two], [two], {
    sub: [make.policyMappings([two, three])],
  });
  add('mapped-any', required, [one], [one], [one], { top: [make.policyMappings([ANY_POLICY, two])] });
  add('mapped-from-any', required, [two], [two], [ANY_POLICY], { top: [make.policyMappings([one, two])] });
  return cases;
};

const WHOLE_V4 = [0, 0, 0, 0, 0, 0, 0, 0] as const;
const constraintChains = (): readonly Case[] => {
  const { dns, email, uri, ip, directory, other, registered } = general;
  const subject = 'CN=leaf, O=Lab, C=DE';
  // An IA5String, as RFC 5280 appendix A.1 has it.
  const mailSubject = sequence(tlv(TAG.set, sequence(oid('1.2.840.113549.1.9.1'), text(0x16, 'me@mail.lab.test'))));
  const names = make.altNames([
    dns('pay.lab.test'),
    ip(127, 0, 0, 1),
    email('me@mail.lab.test'),
    uri('https://web.lab.test/x'),
  ]);
  type Trees = Parameters<typeof make.nameConstraints>[0];
  const kinds: readonly (readonly [string, Trees, Partial<make.Spec>?])[] = [
    ['dns-same', { permitted: [dns('pay.lab.test')] }],
    ['dns-parent', { permitted: [dns('lab.test')] }],
    ['dns-dot', { permitted: [dns('.lab.test')] }],
    ['dns-dot-same', { permitted: [dns('.pay.lab.test')] }],
    ['dns-case', { permitted: [dns('LAB.Test')] }],
    ['dns-elsewhere', { permitted: [dns('corp.example')] }],
    ['dns-suffix', { permitted: [dns('ab.test')] }],
    ['dns-deeper', { permitted: [dns('a.pay.lab.test')] }],
    ['dns-one-of', { permitted: [dns('corp.example'), dns('lab.test')] }],
    ['dns-all', { permitted: [dns('')] }],
    ['dns-excluded', { excluded: [dns('lab.test')] }],
    ['dns-excluded-elsewhere', { excluded: [dns('corp.example')] }],
    ['dns-excluded-all', { excluded: [dns('')] }],
    ['dns-both', { permitted: [dns('lab.test')], excluded: [dns('pay.lab.test')] }],
    ['ip-same', { permitted: [ip(127, 0, 0, 0, 255, 0, 0, 0)] }],
    ['ip-elsewhere', { permitted: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }],
    ['ip-six-only', { permitted: [ip(...new Array<number>(32).fill(0))] }],
    ['ip-excluded', { excluded: [ip(...WHOLE_V4)] }],
    ['ip-excluded-elsewhere', { excluded: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }],
    ['email-host', { permitted: [email('mail.lab.test')] }],
    ['email-box', { permitted: [email('me@mail.lab.test')] }],
    ['email-other-box', { permitted: [email('you@mail.lab.test')] }],
    ['email-dot', { permitted: [email('.lab.test')] }],
    ['email-elsewhere', { permitted: [email('corp.example')] }],
    ['email-excluded', { excluded: [email('mail.lab.test')] }],
    ['uri-host', { permitted: [uri('web.lab.test')] }],
    ['uri-dot', { permitted: [uri('.lab.test')] }],
    ['uri-elsewhere', { permitted: [uri('corp.example')] }],
    ['uri-excluded', { excluded: [uri('web.lab.test')] }],
    ['uri-excluded-elsewhere', { excluded: [uri('.corp.example')] }],
    ['directory-same', { permitted: [directory('O=Lab, C=DE'), directory('O=Lab')] }],
    ['directory-case', { permitted: [directory('O=lAB, C=DE'), directory('O=LAB')] }],
    ['directory-elsewhere', { permitted: [directory('O=Corp, C=DE')] }],
    ['directory-excluded', { excluded: [directory('O=Lab, C=DE')] }],
    ['directory-excluded-elsewhere', { excluded: [directory('O=Corp')] }],
    ['other', { permitted: [other('1.3.6.1.4.1.99999.5')] }],
    ['registered', { excluded: [registered('1.3.6.1.4.1.99999.5')] }],
    ['wildcard-permitted', { permitted: [dns('lab.test')] }, { names: make.altNames([dns('*.lab.test')]) }],
    ['wildcard-elsewhere', { permitted: [dns('corp.example')] }, { names: make.altNames([dns('*.lab.test')]) }],
    ['wildcard-excluded', { excluded: [dns('secret.lab.test')] }, { names: make.altNames([dns('*.lab.test')]) }],
    [
      'uri-without-host',
      { permitted: [uri('lab.test')] },
      { names: make.altNames([dns('pay.lab.test'), uri('urn:lab:x')]) },
    ],
    [
      'subject-email',
      { permitted: [email('corp.example')] },
      { subject: mailSubject, names: [{ dns: 'pay.lab.test' }] },
    ],
    [
      'other-present',
      { permitted: [other('1.3.6.1.4.1.99999.5')] },
      { names: make.altNames([dns('pay.lab.test'), other('1.3.6.1.4.1.99999.6')]) },
    ],
  ];
  const cases = kinds.flatMap(([name, trees, own = {}]) =>
    CAS.map((place) =>
      chain(`names-${name}-${place}`, {
        leaf: { subject, names, ...own },
        [place]: { more: [make.nameConstraints(trees)] },
      }),
    ),
  );
  const noncritical = kinds
    .filter(([name]) => /elsewhere|excluded|same|other/.test(name))
    .map(([name, trees, own = {}]) =>
      chain(`names-noncritical-${name}`, {
        leaf: { subject, names, ...own },
        top: { more: [make.nameConstraints(trees, false)] },
      }),
    );
  const within = make.nameConstraints({ permitted: [dns('corp.example')] });
  const limit = sequence(general.dns('lab.test'), tlv(0x80, Uint8Array.of(1)));
  return [
    ...cases,
    ...noncritical,
    chain(
      'names-common-name',
      { leaf: { subject: 'CN=pay.lab.test', names: [{ ip: '127.0.0.1' }] }, top: { more: [within] } },
      ADDRESS,
    ),
    chain(
      'names-common-name-no-host',
      { leaf: { subject: 'CN=pay', names: [{ ip: '127.0.0.1' }] }, top: { more: [within] } },
      ADDRESS,
    ),
    chain(
      'names-common-name-inside',
      { leaf: { subject: 'CN=pay.corp.example', names: [{ ip: '127.0.0.1' }] }, top: { more: [within] } },
      ADDRESS,
    ),
    chain('names-of-sub', {
      sub: { names: [{ dns: 'evil.test' }] },
      top: { more: [make.nameConstraints({ permitted: [dns('lab.test')] })] },
    }),
    chain('names-of-sub-inside', {
      sub: { names: [{ dns: 'sub.lab.test' }] },
      top: { more: [make.nameConstraints({ permitted: [dns('lab.test')] })] },
    }),
    chain('names-of-self-issued', {
      sub: { subject: 'CN=Top CA, O=Lab', names: [{ dns: 'evil.test' }] },
      top: { more: [make.nameConstraints({ permitted: [dns('lab.test')] })] },
    }),
    chain('names-own', {
      sub: { names: [{ dns: 'evil.test' }], more: [make.nameConstraints({ permitted: [dns('lab.test')] })] },
    }),
    chain('names-of-leaf', { leaf: { more: [within] } }),
    chain('names-minimum', { top: { more: [extension('2.5.29.30', sequence(tlv(0xa0, limit)), true)] } }),
    chain('names-empty', { top: { more: [extension('2.5.29.30', sequence(), true)] } }),
  ];
};

const peers = (): readonly Case[] => {
  const of = (name: string, own: Partial<make.Spec>, peer: Case['peer'] = PEER) =>
    chain(`peer-${name}`, { leaf: own }, peer);
  const dns = (...values: readonly string[]) => ({ names: make.altNames(values.map(general.dns)) });
  return [
    of('wildcard', dns('*.lab.test')),
    of('wildcard-deep', dns('*.test')),
    of('wildcard-two', dns('*.*.test')),
    of('wildcard-inner', dns('pay.*.test')),
    of('wildcard-all', dns('*')),
    of('partial-end', dns('p*.lab.test')),
    of('partial-start', dns('*y.lab.test')),
    of('partial-middle', dns('p*y.lab.test')),
    of('case', dns('PAY.Lab.TEST')),
    of('other', dns('other.lab.test')),
    of('second', dns('other.lab.test', 'pay.lab.test')),
    of('common-name', { subject: 'CN=pay.lab.test', names: null }),
    of('common-name-beside', { subject: 'CN=pay.lab.test', ...dns('other.lab.test') }),
    of('common-name-and-email', { subject: 'CN=pay.lab.test', names: [{ email: 'a@b.test' }] }),
    of('address', { names: [{ ip: '127.0.0.1' }] }, ADDRESS),
    of('address-other', { names: [{ ip: '127.0.0.2' }] }, ADDRESS),
    of('address-as-dns', dns('127.0.0.1'), ADDRESS),
    of('address-common-name', { subject: 'CN=127.0.0.1', names: null }, ADDRESS),
    of('address-six', { names: [{ ip: '::1' }] }, { kind: 'ip', value: '::1' }),
    of('empty-subject', { subject: sequence() }),
  ];
};

const building = (): readonly Case[] => {
  const all = four();
  const strangers = Array.from({ length: 12 }, (_, at) => mint({ subject: `CN=Other ${at}`, key: `other-${at % 3}` }));
  const twin = (place: 'sub' | 'top', change: Partial<make.Spec>, by: Place | make.Signer) =>
    mint(specOf(place, change), typeof by === 'string' ? specOf(by) : by);
  const old = { notBefore: NOW - 300 * DAY, notAfter: NOW - 10 * DAY };
  const early = { notBefore: NOW + 10 * DAY };
  const crossed = { subject: 'CN=Other 0', key: 'other-0' };
  const { leaf, sub, top, root } = all;
  const build = (name: string, served: string, anchors = root, first = leaf): Case => ({
    name: `path-${name}`,
    leaf: first,
    served,
    anchors,
    peer: PEER,
    now: NOW,
  });
  const [oldSub, oldTop] = [twin('sub', old, 'top'), twin('top', old, 'root')];
  const [earlySub, earlyTop] = [twin('sub', early, 'top'), twin('top', early, 'root')];
  const cross = twin('top', {}, crossed);
  const oldRoot = mint(specOf('root', old));
  const falseRoot = mint(specOf('root', { key: 'other-1' }));
  const narrow = twin('top', { more: [make.nameConstraints({ permitted: [general.dns('corp.example')] })] }, 'root');
  const short = twin('top', { pathLength: 0 }, 'root');
  const looping = mint(specOf('top'), specOf('sub'));
  return [
    build('usual', sub + top),
    build('root-too', sub + top + root),
    build('root-first', root + sub + top),
    build('swapped', top + sub),
    build('leaf-twice', leaf + sub + top),
    build('sub-twice', sub + sub + top),
    build('all-twice', sub + top + leaf + sub + top),
    build('lacks-sub', top),
    build('lacks-top', sub),
    build('nothing', ''),
    build('stranger-last', sub + top + strangers[0]),
    build('stranger-between', `${sub}${strangers[0]}${top}`),
    build('twelve-strangers', strangers.join('') + sub + top),
    build('old-sub-first', oldSub + sub + top),
    build('old-sub-last', sub + top + oldSub),
    build('old-top-first', sub + oldTop + top),
    build('old-top-last', sub + top + oldTop),
    build('both-old-first', oldSub + oldTop + sub + top),
    build('early-sub-first', earlySub + sub + top),
    build('early-top-first', sub + earlyTop + top),
    build('old-sub-only', oldSub + top),
    build('old-sub-served-new-held', oldSub + top, root + sub),
    build('new-sub-served-old-held', sub + top, root + oldSub),
    build('cross-first', sub + cross + top),
    build('cross-last', sub + top + cross),
    build('cross-only', sub + cross),
    build('cross-both-held', sub + cross + top, root + strangers[0]),
    build('narrow-first', sub + narrow + top),
    build('narrow-last', sub + top + narrow),
    build('short-first', sub + short + top),
    build('loop', sub + looping + top),
    build('loop-only', sub + looping),
    build('old-root-held', sub + top, oldRoot),
    build('both-roots-held', sub + top, oldRoot + root),
    build('false-root-held', sub + top, falseRoot),
    build('false-root-first', sub + top, falseRoot + root),
    build('top-held', sub, top),
    build('sub-held', '', sub),
    build('sub-and-root-held', '', sub + root),
    build('leaf-held', sub + top, leaf),
    build('leaf-and-root-held', sub + top, leaf + root),
    build('nothing-but-strangers-held', sub + top, strangers.join('')),
    build('self-signed', '', root, mint(specOf('leaf'))),
    build('self-signed-held', '', mint(specOf('leaf')) + root, mint(specOf('leaf'))),
    build('by-leaf', leaf + sub + top, root, mint(specOf('leaf', { subject: 'CN=mine', key: 'mine' }), specOf('leaf'))),
    build('narrow-held', sub, narrow),
    build('short-held', sub, short),
  ];
};

const strength = (): readonly Case[] => [
  ...everywhere('strength-rsa', { key: 'rsa-own' }),
  ...everywhere('strength-rsa-1024', { key: 'rsa1024-own' }),
  ...(['leaf', 'sub', 'top'] as const).map((place) =>
    chain(`strength-sha1-${place}`, { [place]: { algorithm: 'sha1' } }),
  ),
  chain('strength-sha1-root', { root: { algorithm: 'sha1' } }),
];

/** Each has a name of its own. */
export const everyChain = (): readonly Case[] => [
  ...dates(),
  ...extensions(),
  ...usages(),
  ...lengths(),
  ...policyChains(),
  ...constraintChains(),
  ...peers(),
  ...building(),
  ...strength(),
];
