/** Name constraints of each kind, kept and broken, of each CA, and names to hold against a peer. */
import { oid, sequence, TAG, text, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import * as make from './certificates.ts';
import { ADDRESS, CAS, chain, PEER } from './four.ts';
import type { Case } from './verifiers.ts';

const { general } = make;
const WHOLE_V4 = [0, 0, 0, 0, 0, 0, 0, 0] as const;
export const constraintChains = (): readonly Case[] => {
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

export const peers = (): readonly Case[] => {
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
