/** Reads the fields of a certificate that path validation needs (RFC 5280 §6.1) from its DER. node:crypto reads the other fields. */
import { readAll, readTlv } from '../asn1/der.ts';
import { takeApart } from './certificate-parts.ts';
import { type Extension, extensionOf } from './extension.ts';
import {
  basicOf,
  inhibitAnyOf,
  keyUsageOf,
  mappingsOf,
  netscapeTypeOf,
  numberOf,
  policiesOf,
  skipOf,
} from './extension-values.ts';
import type { KeyUsage } from './key-usage.ts';
import { type NameConstraints, nameConstraintsOf } from './name-constraints.ts';
import { relativeNames, type SubtreeName, subtreeName } from './subtree-name.ts';
import { oddDate } from './validity-dates.ts';
import { faultsOf } from './well-formed.ts';

/** Policy extensions. The numbers are counts of certificates; null when the extension or field is absent. */
export type Policies = {
  readonly asserted: readonly string[];
  readonly mappings: readonly (readonly [issuer: string, subject: string])[];
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
  readonly inhibitAny: number | null;
};

export type Profile = {
  readonly version: number;
  /** The subject's Name in DER. */
  readonly subject: Uint8Array;
  /** The issuer's Name in DER. */
  readonly issuer: Uint8Array;
  readonly selfIssued: boolean;
  readonly basic: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: readonly KeyUsage[] | null;
  /** Whether Netscape's certificate type, an extension of 1995 that OpenSSL and Java still check, allows TLS servers; null when absent. */
  readonly netscapeServer: boolean | null;
  readonly names: readonly SubtreeName[];
  readonly constraints: NameConstraints | null;
  readonly policies: Policies;
  /** Dotted identifiers of critical extensions that this project does not process. */
  readonly unknownCritical: readonly string[];
  /** Violations of RFC 5280 §4.1 and §4.2, as words that follow “holds”. */
  readonly malformed: readonly string[];
  /** A date that violates RFC 5280 §4.1.2.5, as words that follow “holds”; null when both dates are well formed. */
  readonly oddDate: string | null;
};

const ID = {
  keyUsage: '2.5.29.15',
  altName: '2.5.29.17',
  basic: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  mappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAny: '2.5.29.54',
} as const;
const NETSCAPE_TYPE = '2.16.840.1.113730.1.1';
/** Critical distribution points are accepted, as in OpenSSL and Go: they only locate CRLs, and the registry's `crls` are checked in any case. */
const PROCESSED: readonly string[] = Object.values(ID);

const WORDS: Readonly<Record<string, string>> = {
  [ID.keyUsage]: 'key usage',
  [ID.altName]: 'subject alternative names',
  [ID.basic]: 'basic constraints',
  [ID.nameConstraints]: 'name constraints',
  [ID.policies]: 'certificate policies',
  [ID.mappings]: 'policy mappings',
  [ID.policyConstraints]: 'policy constraints',
  [ID.inhibitAny]: 'an inhibitAnyPolicy',
};

/** Reads extensions by identifier. An unreadable or repeated extension is added to `malformed`; an unreadable one is treated as absent. */
const reader = (bytes: readonly Uint8Array[]) => {
  const malformed: string[] = [];
  const read: Extension[] = [];
  for (const each of bytes) {
    try {
      read.push(extensionOf(each));
    } catch {
      malformed.push('an extension that cannot be read');
    }
  }
  const twice = read.find(({ id }, at) => read.findIndex((other) => other.id === id) < at);
  if (twice !== undefined) malformed.push(`the extension ${twice.id} twice`);
  const of = <T>(id: string, parse: (value: Uint8Array) => T): T | null => {
    const found = read.find((each) => each.id === id);
    if (found === undefined) return null;
    try {
      return parse(found.value);
    } catch {
      malformed.push(`${WORDS[id] ?? `an extension ${id}`} that cannot be read`);
      return null;
    }
  };
  return { read, malformed, of };
};

const profile = (der: Uint8Array): Profile => {
  const parts = takeApart(der);
  const { read, malformed, of } = reader(parts.extensions);
  const version = parts.version.length === 0 ? 1 : numberOf(readTlv(readTlv(parts.version).content).content) + 1;
  if (version < 3 && parts.extensions.length > 0) malformed.push(`extensions, which version ${version} has none of`);
  const [subject, issuer] = [parts.subject, parts.issuer].map((name) => relativeNames(name).join());
  const basic = of(ID.basic, basicOf);
  const names = of(ID.altName, (value) => readAll(readTlv(value).content).map(subtreeName)) ?? [];
  malformed.push(...faultsOf(parts, { version, names, pathLength: basic?.pathLength ?? null }));
  return {
    version,
    subject: parts.subject,
    issuer: parts.issuer,
    selfIssued: subject === issuer,
    basic,
    keyUsage: of(ID.keyUsage, keyUsageOf),
    netscapeServer: of(NETSCAPE_TYPE, netscapeTypeOf),
    names,
    constraints: of(ID.nameConstraints, nameConstraintsOf),
    policies: {
      asserted: of(ID.policies, policiesOf) ?? [],
      mappings: of(ID.mappings, mappingsOf) ?? [],
      requireExplicit: of(ID.policyConstraints, (value) => skipOf(value, 0x80)),
      inhibitMapping: of(ID.policyConstraints, (value) => skipOf(value, 0x81)),
      inhibitAny: of(ID.inhibitAny, inhibitAnyOf),
    },
    unknownCritical: read.filter(({ id, critical }) => critical && !PROCESSED.includes(id)).map(({ id }) => id),
    malformed,
    oddDate: oddDate(parts.validity),
  };
};

const UNREADABLE: Profile = {
  version: 3,
  subject: new Uint8Array(),
  issuer: new Uint8Array(),
  selfIssued: false,
  basic: null,
  keyUsage: null,
  netscapeServer: null,
  names: [],
  constraints: null,
  policies: { asserted: [], mappings: [], requireExplicit: null, inhibitMapping: null, inhibitAny: null },
  unknownCritical: [],
  malformed: ['bytes that are no DER certificate'],
  oddDate: null,
};

/** A cache keyed by the certificate's bytes while they are in memory: fleets serve the same few certificates. */
const known = new WeakMap<Uint8Array, Profile>();

/**
 * Returns the profile of a certificate in DER. Never throws: a certificate that cannot be taken apart has a profile with an entry in `malformed`.
 */
export const profileOf = (der: Uint8Array): Profile => {
  const found = known.get(der) ?? read(der);
  known.set(der, found);
  return found;
};

const read = (der: Uint8Array): Profile => {
  try {
    return profile(der);
  } catch {
    return UNREADABLE;
  }
};
