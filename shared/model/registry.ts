/** The resolved registry: every default applied, every duration in milliseconds, every reference checked. `shared/registry` resolves it from the file’s format. */

import type { AddressRules } from './address-rules.ts';
import type { ConfigurationSource } from './configuration-source.ts';
import type { Cause, Fault, MetricLevel, ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Protocol } from './protocol.ts';
import type { WithRunbook } from './runbook.ts';
import type { SecretRef } from './secret-ref.ts';
import type { Instant, Milliseconds } from './time.ts';
import type { VpcEndpoints } from './vpc-endpoint-kinds.ts';

/** A header's value: a text in the registry, or a reference. */
export type HeaderValue = string | SecretRef;

export type IdentitySource =
  | { readonly kind: 'secret'; readonly secret: string }
  /** Absolute paths. */
  | { readonly kind: 'files'; readonly certificate: string; readonly privateKey: string };

/** A test client certificate with its private key, by reference: the key itself is read at run time. */
export type Identity = {
  readonly name: string;
  readonly source: IdentitySource;
  readonly passphrase: SecretRef | null;
  /** The name that a relying party should derive from the certificate: a URI or DNS SAN, or a subject. */
  readonly principal: string | null;
  readonly fault: Fault | null;
  /** The identity without a fault whose names and kind of key it has. The custodian issues its certificates with them. */
  readonly like?: string;
  /** Who is told what is wrong with it. Absent: nobody in particular. */
  readonly owner?: string;
};

export type TrustBundleSource = { readonly crls?: readonly CrlSource[] } & (
  | { readonly kind: 'secret'; readonly secret: string }
  /** An absolute path. */
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'system' }
);

/** A certificate revocation list, or several in one PEM file, at an absolute path or a URL. */
export type CrlSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'url'; readonly url: string };

/** Milliseconds between two runs of each suite. */
export type Schedule = Readonly<Record<Suite, Milliseconds>>;

/** The vantage that exists without being named, and that an endpoint without `from` is probed from. */
export const DEFAULT_VANTAGE = 'default';

/** Where probes start from. Without ids: outside a VPC, or in the one that the deployment gives. */
export type Vantage = {
  readonly vpcId: string | null;
  readonly availabilityZones: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Which VPC endpoints the deployment makes for its function. Absent: none. */
  readonly vpcEndpoints?: VpcEndpoints;
  /** Of its subnets, for gateway endpoints. Absent: those of the VPC that the deployment gives. */
  readonly routeTableIds?: readonly string[];
  /** Whether the function has IPv6 addresses too, in dual-stack subnets. Absent: false. */
  readonly ipv6?: boolean;
};

/** How long before a certificate's end it is announced: a share of its lifetime, at most `cap`; or a fixed time. */
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
  /** Either this or `cause` is null. */
  readonly scenario: ScenarioName | null;
  readonly cause: Cause | null;
  readonly subject: string | null;
  /** `<METHOD> <path>`: only at this route; null: not at a route. */
  readonly route: string | null;
  /** Exclusive: the end of the named day, UTC. */
  readonly until: Instant;
  readonly untilDate: string;
  readonly reason: string;
};

export type Skip = { readonly scenario: ScenarioName; readonly reason: string };

/** The target of a connection, and the names by which it addresses the server. */
export type Place = {
  readonly host: string;
  readonly port: number;
  /** Path and query, as the request line carries them. */
  readonly path: string;
  /** SNI; null if the host is an IP address and no `serverName` is given (RFC 6066 §3). */
  readonly serverName: string | null;
  readonly hostHeader: string;
};

/** A bypass: another URL that may reach the same service, and must refuse. */
export type Bypass = Place & { readonly url: string; readonly plaintext: boolean };

/** A route: authorization for one method and path, in addition to the endpoint's own. */
export type Route = {
  readonly method: string;
  readonly path: string;
  readonly admits: readonly [string, ...string[]];
  readonly refuses: readonly string[];
};

/** Another endpoint that may be served at the same address and port; only resolving its host at run time shows whether it is. */
export type Sibling = Place & {
  readonly name: string;
  readonly method: string;
  readonly admits: readonly string[];
};

/** An endpoint: a URL under test, with its settings. `runbook`: the URL of its own; absent: the monitor’s. `platform`: a name of `platforms.ts`; absent: recognised. */
export type Endpoint = Place & {
  readonly name: string;
  readonly url: string;
  readonly protocol: Protocol;
  /** ALPN protocols to offer (RFC 7301); null: those of its protocol's record. */
  readonly alpn: readonly string[] | null;
  readonly serverIdentity: ServerIdentity;
  /** `first`: one address for the whole run. `all`: every address. `each`: every address, and each may serve its own certificate. */
  readonly addresses: 'first' | 'all' | 'each';
  readonly trustBundle: string;
  readonly admits: readonly [string, ...string[]];
  readonly refuses: readonly string[];
  readonly owner: string | null;
  readonly runbook?: string;
  readonly platform?: string;
  readonly schedule: string;
  /** The vantages that probe it, distinct. */
  readonly from: readonly [string, ...string[]];
  readonly timeout: Milliseconds;
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
  readonly expiry: { readonly warn: ExpiryThreshold; readonly critical: ExpiryThreshold };
  readonly perAddress: number;
  /** Connections per second to one address; null: no limit. */
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
  /** Versions to force, each in checks of its own. Empty: one check, with the negotiated version. */
  readonly tlsVersions: readonly TlsVersion[];
  readonly routes: readonly Route[];
  readonly bypasses: readonly Bypass[];
  /** Other endpoints of the registry that may be at the same address and port. */
  readonly siblings: readonly Sibling[];
  readonly waivers: readonly Waiver[];
  readonly skip: readonly Skip[];
  /** By source: what the endpoint is called there; null: whatever has its host and port. Absent where the registry has no sources. */
  readonly sources?: Readonly<Record<string, string | null>>;
};

/** The monitor's own settings in the registry. `name`: absent if not set. `metrics`: null if not set. */
export type MonitorSettings = WithRunbook & {
  readonly name?: string;
  readonly metrics: MetricLevel | null;
  /** E-mail addresses that are subscribed to the notifications. */
  readonly email: readonly string[];
  /** Dollars a month: plan and synth fail above it. Absent: no limit. */
  readonly budget?: number;
  /** Absent: private addresses are reached as any other. */
  readonly addresses?: AddressRules;
};

export type Registry = {
  readonly monitor: MonitorSettings;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly trustBundles: Readonly<Record<string, TrustBundleSource>>;
  readonly identities: Readonly<Record<string, Identity>>;
  readonly vantages: Readonly<Record<string, Vantage>>;
  /** Absent where the registry names none. */
  readonly sources?: Readonly<Record<string, ConfigurationSource>>;
  readonly endpoints: readonly Endpoint[];
  /** Thresholds for the identities' own certificates, from `defaults.expiry`. */
  readonly expiry: Endpoint['expiry'];
  /** From `defaults`, for checks that belong to no endpoint. */
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
};
