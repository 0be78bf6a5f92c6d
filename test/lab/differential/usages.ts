/** Key usages, extended ones, basic constraints, path lengths, keys and signatures, at each place. */
import { sequence, TAG, tlv } from '../../../shared/pki/asn1/der.ts';
import { extension } from '../../../shared/pki/mint/assemble.ts';
import * as make from './certificates.ts';
import { CAS, chain, everywhere } from './four.ts';
import type { Case } from './verifiers.ts';

export const PKIX = '1.3.6.1.5.5.7';
const SERVER = `${PKIX}.3.1`;
const CLIENT = `${PKIX}.3.2`;
const ANY = '2.5.29.37.0';
export const usages = (): readonly Case[] => [
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

export const lengths = (): readonly Case[] => [
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

export const strength = (): readonly Case[] => [
  ...everywhere('strength-rsa', { key: 'rsa-own' }),
  ...everywhere('strength-rsa-1024', { key: 'rsa1024-own' }),
  ...(['leaf', 'sub', 'top'] as const).map((place) =>
    chain(`strength-sha1-${place}`, { [place]: { algorithm: 'sha1' } }),
  ),
  chain('strength-sha1-root', { root: { algorithm: 'sha1' } }),
];
