/** A whole test PKI: authorities, server certificates, and one client identity for each expectation. */
import { FAULTS } from '../../model/names.ts';
import { DAY, type Instant } from '../../model/time.ts';
import type { AltName } from '../mint/extensions.ts';
import {
  type Authority,
  type Issued,
  issue,
  issueAuthority,
  issueRevocationList,
  type Validity,
} from '../mint/issue.ts';
import type { KeyKind } from '../mint/keys.ts';
import { issueFaulty, issueIdentity } from './issue-faulty.ts';

export const SERVER_NAMES = ['good', 'chained', 'expired', 'wrong-name'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];
export const IDENTITY_NAMES = ['payments', 'orders', 'chained', 'stranger', ...FAULTS] as const;
export type IdentityName = (typeof IDENTITY_NAMES)[number];

export type TestPki = {
  readonly root: Authority;
  readonly intermediate: Authority;
  /** A root that no server of the lab trusts. */
  readonly otherRoot: Authority;
  /** Server certificates for localhost and 127.0.0.1. `chained`: from the intermediate, which is sent too. */
  readonly servers: Readonly<Record<ServerName, Issued>>;
  /**
   * Client identities from the root, except `chained` (from the intermediate) and `stranger` (from the other root). All except `orders` have the
   * principal of `payments`, so that a refused one is refused for its fault.
   */
  readonly identities: Readonly<Record<IdentityName, Issued>>;
  /** The CRLs of the root (which revokes `revoked`) and of the intermediate. */
  readonly crlPem: string;
  /** The CRLs of both, past their nextUpdate. */
  readonly expiredCrlPem: string;
};

const LOOPBACK: readonly AltName[] = [{ dns: 'localhost' }, { ip: '127.0.0.1' }, { ip: '::1' }];
const REVOKED_SERIAL = Uint8Array.of(0x52, 0x45, 0x56);

/** The URI in an identity's certificate that the lab's relying parties use as its name. */
export const principalOf = (identity: string): string => `spiffe://lab.test/${identity}`;

const periods = (now: Instant) => ({
  authority: { notBefore: now - 400 * DAY, notAfter: now + 3650 * DAY },
  current: { notBefore: now - DAY, notAfter: now + 365 * DAY },
  past: { notBefore: now - 365 * DAY, notAfter: now - DAY },
  future: { notBefore: now + 30 * DAY, notAfter: now + 365 * DAY },
});

type Authorities = Pick<TestPki, 'root' | 'intermediate' | 'otherRoot'>;
type Periods = ReturnType<typeof periods>;

const mintServers = async ({ root, intermediate }: Authorities, dates: Periods, keyKind: KeyKind) => {
  const server = (authority: Authority, validity: Validity, altNames: readonly AltName[]) =>
    issue({ subject: 'CN=localhost, O=Lab', validity, keyKind, altNames, extendedKeyUsage: ['serverAuth'] }, authority);
  return {
    good: await server(root, dates.current, LOOPBACK),
    chained: await server(intermediate, dates.current, LOOPBACK),
    expired: await server(root, dates.past, LOOPBACK),
    'wrong-name': await server(root, dates.current, [{ dns: 'elsewhere.test' }]),
  };
};

const mintIdentities = async ({ root, intermediate, otherRoot }: Authorities, dates: Periods, keyKind: KeyKind) => {
  const named = (name: string) => ({ subject: `CN=${name}, O=Lab`, altNames: [{ uri: principalOf(name) }], keyKind });
  const payments = named('payments');
  return {
    payments: await issueIdentity(payments, dates.current, root),
    orders: await issueIdentity(named('orders'), dates.current, root),
    chained: await issueIdentity(payments, dates.current, intermediate),
    stranger: await issueIdentity(payments, dates.current, otherRoot),
    ...(await issueFaulty(payments, dates, root, REVOKED_SERIAL)),
  };
};

/** Returns a whole test PKI, with dates around `now`. `keyKind`: of every key; default `ec-prime256v1`, whose keys are generated fastest. */
export const mintTestPki = async (now: Instant, keyKind: KeyKind = 'ec-prime256v1'): Promise<TestPki> => {
  const dates = periods(now);
  const authority = (name: string, parent?: Authority) =>
    issueAuthority(
      { subject: `CN=${name}, O=Lab`, validity: dates.authority, keyKind },
      parent === undefined ? {} : { parent },
    );
  const root = await authority('Lab root');
  const authorities = {
    root,
    intermediate: await authority('Lab issuing', root),
    otherRoot: await authority('Other root'),
  };
  const crls = (validity: Validity): string =>
    issueRevocationList(root, [REVOKED_SERIAL], validity) + issueRevocationList(authorities.intermediate, [], validity);
  return {
    ...authorities,
    servers: await mintServers(authorities, dates, keyKind),
    identities: await mintIdentities(authorities, dates, keyKind),
    crlPem: crls(dates.current),
    expiredCrlPem: crls(dates.past),
  };
};
