/** Creates a test PKI for a user's own servers: new authorities or a given one, and an identity for each expectation. */
import { FAULTS, type Fault } from '../../model/names.ts';
import { DAY, HOUR, type Instant, type Milliseconds } from '../../model/time.ts';
import type { AltName } from '../mint/extensions.ts';
import {
  type Authority,
  type Issued,
  issue,
  issueAuthority,
  issueRevocationList,
  randomSerial,
  type Validity,
} from '../mint/issue.ts';
import type { KeyKind } from '../mint/keys.ts';
import type { GivenNames } from './given-names.ts';
import { type IdentityRequest, issueFaulty, issueIdentity, type Periods } from './issue-faulty.ts';

/** `payments` and `orders` are SPIFFE IDs, `gateway` is a DNS name. */
const VALID_IDENTITIES = ['payments', 'orders', 'gateway'] as const;
export const TEST_IDENTITIES = [...VALID_IDENTITIES, ...FAULTS] as const;
export type TestIdentity = (typeof TEST_IDENTITIES)[number];

export type Attributes = {
  /** Organisational units. */
  readonly units: readonly string[];
  readonly altNames: readonly AltName[];
  /** Whole extensions, DER. */
  readonly extensions: readonly Uint8Array[];
};

export type TestSetRequest = {
  /** Used as the SPIFFE trust domain, as the domain of the DNS names, and as the organisation of every subject. */
  readonly domain: string;
  readonly keyKind: KeyKind;
  /** The validity of the identities and of the server's certificate. */
  readonly lifetime: Milliseconds;
  /** Names and attributes that replace those of `payments` and of the identities with a fault. */
  readonly names: Pick<GivenNames, 'subject' | 'altNames' | 'extensions'> | null;
  /** What `payments` and the identities with a fault have besides; `orders` and `gateway` do not. */
  readonly attributes: Attributes;
};

export type TestSet = {
  /** Null for a given authority, whose keys belong to the user. */
  readonly made: { readonly root: Authority; readonly issuing: Authority; readonly server: Issued } | null;
  /** The identities, all from the issuing authority. Those with a fault have the names of `payments`. */
  readonly identities: Readonly<Record<TestIdentity, Issued>>;
  /** The trust bundle of relying parties and of the monitor, PEM. */
  readonly anchorsPem: string;
  readonly crlPem: string;
  readonly revokedSerial: Uint8Array;
  /** The time at which `not-yet-valid` becomes valid and no longer tests anything. */
  readonly futureBegins: Instant;
  readonly currentEnds: Instant;
};

const LOOPBACK: readonly AltName[] = [{ dns: 'localhost' }, { ip: '127.0.0.1' }, { ip: '::1' }];
/** Certificates are valid this long before now, for clocks that are behind. */
const SKEW = HOUR;
const AUTHORITY_LIFETIME = 3650 * DAY;
/** Validity of the revocation list: longer than that of every identity that it is needed for. */
const LIST_LIFETIME = 400 * DAY;

const periodsOf = (now: Instant, lifetime: Milliseconds): Periods => ({
  current: { notBefore: now - SKEW, notAfter: now + lifetime },
  past: { notBefore: now - SKEW - lifetime, notAfter: now - SKEW },
  future: { notBefore: now + lifetime, notAfter: now + 2 * lifetime },
});

const spiffe = ({ domain, keyKind }: TestSetRequest, name: string): IdentityRequest => ({
  subject: `CN=${name}, O=${domain}`,
  altNames: [{ uri: `spiffe://${domain}/${name}` }],
  keyKind,
});

/** `\` before what has a meaning in a name (RFC 4514 §2.4). */
const escaped = (text: string): string => text.replaceAll(/[\\,+"<>;=]/g, (character) => `\\${character}`);

const withAttributes = (request: TestSetRequest): IdentityRequest => {
  const { units, altNames, extensions } = request.attributes;
  const own = [{ uri: `spiffe://${request.domain}/payments` }];
  return {
    subject: ['CN=payments', ...units.map((unit) => `OU=${escaped(unit)}`), `O=${request.domain}`].join(', '),
    altNames: [...own, ...altNames],
    ...{ keyKind: request.keyKind, extensions },
  };
};

const likeGiven = (
  { subject, altNames, extensions }: NonNullable<TestSetRequest['names']>,
  keyKind: KeyKind,
): IdentityRequest => ({ subject, keyKind, extensions, ...(altNames !== null && { altNames }) });

const issueAll = async (
  request: TestSetRequest,
  periods: Periods,
  authority: Authority,
  serial: Uint8Array,
): Promise<TestSet['identities']> => {
  const { domain, keyKind, names } = request;
  const payments = names === null ? withAttributes(request) : likeGiven(names, keyKind);
  const host = `gateway.${domain}`;
  const gateway = { subject: `CN=${host}, O=${domain}`, altNames: [{ dns: host }], keyKind };
  return {
    payments: await issueIdentity(payments, periods.current, authority),
    orders: await issueIdentity(spiffe(request, 'orders'), periods.current, authority),
    gateway: await issueIdentity(gateway, periods.current, authority),
    ...(await issueFaulty(payments, periods, authority, serial)),
  };
};

const makeAuthorities = async ({ domain, keyKind, lifetime }: TestSetRequest, now: Instant) => {
  const validity: Validity = { notBefore: now - DAY, notAfter: now + Math.max(AUTHORITY_LIFETIME, 3 * lifetime) };
  const root = await issueAuthority({ subject: `CN=Test root, O=${domain}`, validity, keyKind });
  const issuing = await issueAuthority(
    { subject: `CN=Test issuing, O=${domain}`, validity, keyKind },
    { parent: root },
  );
  return { root, issuing };
};

/** Creates the set with new authorities, or with a given authority and its trust anchors. */
export const issueTestSet = async (
  request: TestSetRequest,
  given: { readonly authority: Authority; readonly anchorsPem: string } | null,
  now: Instant,
): Promise<TestSet> => {
  const periods = periodsOf(now, request.lifetime);
  const revokedSerial = randomSerial();
  const own = given === null ? await makeAuthorities(request, now) : null;
  const authority = own?.issuing ?? given?.authority;
  if (authority === undefined) throw new TypeError('No authority to issue from.');
  const listed = { notBefore: now - SKEW, notAfter: now + Math.max(LIST_LIFETIME, 2 * request.lifetime) };
  const server = (issuing: Authority): Promise<Issued> =>
    issue(
      {
        subject: `CN=localhost, O=${request.domain}`,
        altNames: LOOPBACK,
        validity: periods.current,
        keyKind: request.keyKind,
        extendedKeyUsage: ['serverAuth'],
      },
      issuing,
    );
  return {
    made: own === null ? null : { ...own, server: await server(own.issuing) },
    identities: await issueAll(request, periods, authority, revokedSerial),
    anchorsPem: own?.root.certificatePem ?? given?.anchorsPem ?? '',
    crlPem:
      issueRevocationList(authority, [revokedSerial], listed) +
      (own === null ? '' : issueRevocationList(own.root, [], listed)),
    revokedSerial,
    futureBegins: periods.future.notBefore,
    currentEnds: periods.current.notAfter,
  };
};

export const faultOf = (name: TestIdentity): Fault | null => FAULTS.find((fault) => fault === name) ?? null;
