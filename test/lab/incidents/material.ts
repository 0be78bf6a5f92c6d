/** The certificates of the staged incidents, with dates around the simulated clock's beginning. */
import { DAY, type Instant } from '../../../shared/model/time.ts';
import {
  type Authority,
  type Issued,
  issue,
  issueAuthority,
  issueRevocationList,
} from '../../../shared/pki/mint/issue.ts';
import type { Pair } from './party.ts';

const pairOf = ({ certificatePem: chain, privateKey }: Issued): Pair => ({
  chain,
  key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
});

export const principalOf = (identity: string): string => `spiffe://corp.test/${identity}`;

/** From 60 days before the simulated clock begins, unless a test says otherwise. */
const validFor = (begun: Instant, until: Instant = begun + 400 * DAY, from: Instant = begun - 60 * DAY) => ({
  notBefore: from,
  notAfter: until,
});

export const serverLeaf = async (
  authority: Authority,
  begun: Instant,
  until?: Instant,
  from?: Instant,
): Promise<Pair> =>
  pairOf(
    await issue(
      {
        subject: 'CN=payments.corp.test',
        validity: validFor(begun, until, from),
        altNames: [{ dns: 'localhost' }, { dns: 'three.test' }],
        extendedKeyUsage: ['serverAuth'],
      },
      authority,
    ),
  );

/** A client's certificate and key in one PEM text, as a secret holds them. */
export const clientSecret = async (name: string, authority: Authority, begun: Instant, until?: Instant) => {
  const { chain, key } = pairOf(
    await issue(
      {
        subject: `CN=${name}`,
        validity: validFor(begun, until),
        altNames: [{ uri: principalOf(name) }],
        extendedKeyUsage: ['clientAuth'],
      },
      authority,
    ),
  );
  return chain + key;
};

export const crlOf = (authority: Authority, begun: Instant, until?: Instant): string =>
  issueRevocationList(authority, [], validFor(begun, until));

const CA_NAMES = {
  serverRoot: 'Corp Server CA',
  strangeRoot: 'Unknown Server CA',
  clientRoot: 'Corp Client CA 2024',
  nextClientRoot: 'Corp Client CA 2026',
} as const;

export const secretName = (identity: string): string => `mtls-monitor/identity/${identity}`;
export const secretsOf = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([identity, text]) => [secretName(identity), text]));

export type Material = Readonly<Record<keyof typeof CA_NAMES, Authority>> & {
  /** By identity. */
  readonly secrets: Readonly<Record<string, string>>;
  /** When the simulated clock begins. */
  readonly begun: Instant;
  readonly served: Pair;
  readonly intermediate: (until: Instant) => Promise<Authority>;
};

export const mintMaterial = async (begun: Instant): Promise<Material> => {
  const authority = (name: string) =>
    issueAuthority({ subject: `CN=${name}`, validity: validFor(begun, begun + 3000 * DAY) });
  const roots = Object.fromEntries(
    await Promise.all(Object.entries(CA_NAMES).map(async ([key, name]) => [key, await authority(name)] as const)),
  ) as Record<keyof typeof CA_NAMES, Authority>;
  return {
    ...roots,
    begun,
    secrets: {
      checkout: await clientSecret('checkout', roots.clientRoot, begun),
      orders: await clientSecret('orders', roots.clientRoot, begun),
    },
    served: await serverLeaf(roots.serverRoot, begun),
    intermediate: (until) =>
      issueAuthority(
        { subject: 'CN=Corp Issuing CA 1', validity: validFor(begun, until) },
        { parent: roots.serverRoot },
      ),
  };
};
