/**
 * The registry as the program reads it: every default applied, every duration in milliseconds, every reference known to exist.
 * What people write is `shared/registry/registry-document.ts`; `shared/registry` turns one into the other.
 */
import type { Fault, MetricLevel, ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Protocol } from './protocol.ts';
import type { Instant, Milliseconds } from './time.ts';

/** A value that lives elsewhere and must never be shown. */
export type SecretRef = { readonly secret: string } | { readonly env: string };
/** A header's value: written in the registry, or kept elsewhere. */
export type HeaderValue = string | SecretRef;

export type IdentitySource =
  | { readonly kind: 'secret'; readonly secret: string }
  /** Paths are absolute once the registry has been read. */
  | { readonly kind: 'files'; readonly certificate: string; readonly privateKey: string };

/** A test client certificate with its private key, by reference: the key itself is read at run time. */
export type Identity = {
  readonly name: string;
  readonly source: IdentitySource;
  readonly passphrase: SecretRef | null;
  /** The name a relying party should derive from it: a URI or DNS SAN, or a subject. */
  readonly principal: string | null;
  readonly fault: Fault | null;
  /** The identity without a fault whose names and kind of key it bears: what the custodian makes it from. */
  readonly like?: string;
};

export type TrustBundleSource = { readonly crls?: readonly CrlSource[] } & (
  | { readonly kind: 'secret'; readonly secret: string }
  /** `file` is absolute once the registry has been read. */
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'system' }
);

/** A certificate revocation list, or several in one PEM file. */
export type CrlSource =
  /** Absolute once the registry has been read. */
  { readonly kind: 'file'; readonly file: string } | { readonly kind: 'url'; readonly url: string };

/** Milliseconds between two runs of each suite. */
export type Schedule = Readonly<Record<Suite, Milliseconds>>;

export type Vantage = {
  readonly vpcId: string | null;
  readonly availabilityZones: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
};

/** How near a date must be: a share of the certificate's lifetime, but at most `cap`; or a fixed time. */
export type ExpiryThreshold =
  | { readonly kind: 'share'; readonly share: number; readonly cap: Milliseconds }
  | { readonly kind: 'fixed'; readonly before: Milliseconds };

export type StatusRange = { readonly from: number; readonly to: number };

/** The name the served certificate must carry (RFC 9525 §6; SPIFFE X509-SVID §4). */
export type ServerIdentity =
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'ip'; readonly address: string }
  | { readonly kind: 'uri'; readonly uri: string };

/** Exempts a known gap: still probed and measured, not announced before `until`. */
export type Waiver = {
  readonly scenario: ScenarioName;
  readonly subject: string | null;
  /** `<METHOD> <path>`: only at this route; null: not at a route. */
  readonly route: string | null;
  /** Exclusive: the end of the named day, UTC. */
  readonly until: Instant;
  readonly untilDate: string;
  readonly reason: string;
};

export type Skip = { readonly scenario: ScenarioName; readonly reason: string };

/** Where a connection goes and what it calls the server. */
export type Place = {
  readonly host: string;
  readonly port: number;
  /** Path and query, as the request line carries them. */
  readonly path: string;
  /** SNI; null where the host is an IP address and no `serverName` was given (RFC 6066 §3). */
  readonly serverName: string | null;
  readonly hostHeader: string;
};

/** Another way in, which must refuse. */
export type Bypass = Place & { readonly url: string; readonly plaintext: boolean };

/** Authorization per request, on top of the endpoint's own. */
export type Route = {
  readonly method: string;
  readonly path: string;
  readonly admits: readonly [string, ...string[]];
  readonly refuses: readonly string[];
};

/** Another endpoint that may be served at the same address and port: whether it is, only its name's addresses tell. */
export type Sibling = Place & {
  readonly name: string;
  readonly method: string;
  readonly admits: readonly string[];
};

/** A registered address under test. */
export type Endpoint = Place & {
  readonly name: string;
  readonly url: string;
  readonly protocol: Protocol;
  /** ALPN protocols to offer; null: the protocol's own. */
  readonly alpn: readonly string[] | null;
  readonly serverIdentity: ServerIdentity;
  /** One address kept for the whole run, or every one; `each`: they need not serve the same certificate. */
  readonly addresses: 'first' | 'all' | 'each';
  readonly trustBundle: string;
  readonly admits: readonly [string, ...string[]];
  readonly refuses: readonly string[];
  readonly owner: string | null;
  readonly schedule: string;
  readonly timeout: Milliseconds;
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
  readonly expiry: { readonly warn: ExpiryThreshold; readonly critical: ExpiryThreshold };
  readonly perAddress: number;
  /** Connections a second to one address; null: as fast as they come. */
  readonly perSecond: number | null;
  readonly http: {
    readonly method: string;
    readonly headers: Readonly<Record<string, HeaderValue>>;
    readonly body: string | null;
  };
  readonly accepts: { readonly status: readonly StatusRange[]; readonly body: string | null };
  readonly rejects: {
    readonly status: readonly StatusRange[];
    readonly body: string | null;
    readonly silence: boolean;
  };
  /** Empty: whatever is negotiated, once. */
  readonly tlsVersions: readonly TlsVersion[];
  readonly routes: readonly Route[];
  readonly bypasses: readonly Bypass[];
  /** Other endpoints of the registry that may be at the same address and port. */
  readonly siblings: readonly Sibling[];
  readonly waivers: readonly Waiver[];
  readonly skip: readonly Skip[];
};

/** What the registry says of the monitor itself. */
export type MonitorSettings = {
  /** Null: it does not say. */
  readonly metrics: MetricLevel | null;
  /** Addresses that are subscribed to the notifications. */
  readonly email: readonly string[];
};

export type Registry = {
  readonly monitor: MonitorSettings;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly trustBundles: Readonly<Record<string, TrustBundleSource>>;
  readonly identities: Readonly<Record<string, Identity>>;
  readonly vantages: Readonly<Record<string, Vantage>>;
  readonly endpoints: readonly Endpoint[];
  /** Thresholds for our own identities, from `defaults.expiry`. */
  readonly expiry: Endpoint['expiry'];
  /** From `defaults`, for checks that belong to no endpoint. */
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
};
