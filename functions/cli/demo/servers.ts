/** The demo's relying parties, as data: a description, the fault, the expected verdict and the cure. */
import type { Cause, Code } from '../../../shared/model/names.ts';
import type { ServerName } from '../../../shared/pki/test-pki/lab-pki.ts';

/** The behaviour of a lab server, as data, so that more than one program can implement it. */
export type Behaviour = {
  /** Null: both. */
  readonly tls: '1.2' | '1.3' | null;
  /** `optional`: clients without a certificate are accepted; `asks`: clients with any certificate are accepted. */
  readonly clients: 'verified' | 'optional' | 'asks';
  /** True: the application accepts `payments` only. False: it accepts every client that TLS accepted. */
  readonly authorizes: boolean;
  readonly plaintext: boolean;
  readonly serves: ServerName;
};

export type DemoServer = {
  readonly name: string;
  readonly about: string;
  /** Null for a server without a fault. */
  readonly wrong: string | null;
  readonly cure: string | null;
  /** `codes`: the codes of all checks at this endpoint that do not pass. */
  readonly expected: {
    readonly verdict: 'pass' | 'fail' | 'inconclusive';
    readonly codes: readonly Code[];
    readonly cause: Cause | null;
  };
  /** Null: nothing listens. `openssl`: if it is not installed, a Node server with the same behaviour runs instead. */
  readonly runs: { readonly program: 'node' | 'openssl'; readonly behaviour: Behaviour } | null;
};

const STRICT: Behaviour = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' };
const NOTHING = { verdict: 'pass', codes: [], cause: null } as const;

/** The codes of a server that accepts any certificate. */
export const EVERY_BAD_CERTIFICATE = [
  'ACCEPTED_UNTRUSTED_ISSUER',
  'ACCEPTED_SELF_SIGNED',
  'ACCEPTED_LOOKALIKE_ISSUER',
  'ACCEPTED_LEAF_AS_ISSUER',
  'ACCEPTED_EXPIRED',
  'ACCEPTED_NOT_YET_VALID',
  'ACCEPTED_REVOKED',
  'ACCEPTED_WRONG_USAGE',
] as const;

export const DEMO_SERVERS: readonly DemoServer[] = [
  {
    name: 'strict-tls13',
    about: 'Node, TLS 1.3: verifies every client certificate against its CA and CRL, and accepts payments only',
    wrong: null,
    cure: null,
    expected: NOTHING,
    runs: { program: 'node', behaviour: { ...STRICT, tls: '1.3' } },
  },
  {
    name: 'strict-tls12',
    about: 'openssl s_server, TLS 1.2: verifies every client certificate against its CA and CRL',
    wrong: null,
    cure: null,
    expected: NOTHING,
    runs: { program: 'openssl', behaviour: { ...STRICT, tls: '1.2', authorizes: false } },
  },
  {
    name: 'asks-but-does-not-verify',
    about: 'openssl s_server -Verify: demands a certificate and takes any',
    wrong: 'It refuses clients without a certificate, so it looks enforced, but it accepts a self-signed one.',
    cure: 'Make a failed verification end the connection: s_server -verify_return_error, Go RequireAndVerifyClientCert, nginx ssl_verify_client on.',
    expected: {
      verdict: 'fail',
      codes: EVERY_BAD_CERTIFICATE,
      cause: 'ASKS_BUT_DOES_NOT_VERIFY',
    },
    runs: { program: 'openssl', behaviour: { ...STRICT, clients: 'asks', authorizes: false } },
  },
  {
    name: 'optional',
    about: 'Node: verifies a presented certificate, and accepts clients without one',
    wrong: 'It judges every certificate rightly, but a client without one is accepted.',
    cure: 'Require the certificate: nginx ssl_verify_client on instead of optional, Envoy require_client_certificate: true.',
    expected: {
      verdict: 'fail',
      codes: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_SNI_BYPASS', 'ALREADY_ACCEPTED'],
      cause: 'CLIENT_CERTIFICATE_OPTIONAL',
    },
    runs: { program: 'node', behaviour: { ...STRICT, clients: 'optional' } },
  },
  {
    name: 'plaintext-permissive',
    about: 'Node: strict mutual TLS, and plain HTTP on the same port',
    wrong: 'Every TLS scenario looks perfect; plain HTTP gets the same answer without any certificate.',
    cure: 'Close the port to plaintext: PeerAuthentication STRICT instead of PERMISSIVE, no second listener behind a TLS inspector.',
    expected: { verdict: 'fail', codes: ['ACCEPTED_PLAINTEXT'], cause: 'PLAINTEXT_ACCEPTED' },
    runs: { program: 'node', behaviour: { ...STRICT, plaintext: true } },
  },
  {
    name: 'expired-served',
    about: 'Node: enforces as it should, behind a server certificate that has expired',
    wrong: 'Clients that verify the server cannot use it; enforcement itself is right.',
    cure: 'Renew the server certificate, and reload the server after it.',
    expected: { verdict: 'fail', codes: ['SERVED_CHAIN_EXPIRED'], cause: null },
    runs: { program: 'node', behaviour: { ...STRICT, serves: 'expired' } },
  },
  {
    name: 'any-identity',
    about: 'Node: accepts every certificate of its CA',
    wrong: 'Enforced, but not isolated: it accepts orders, although only payments is admitted.',
    cure: 'Authorize by principal after TLS: match the URI or DNS name of the certificate, never its issuer alone.',
    expected: {
      verdict: 'fail',
      codes: ['ACCEPTED_FOREIGN_IDENTITY', 'ALREADY_ACCEPTED'],
      cause: 'ANY_IDENTITY_ACCEPTED',
    },
    runs: { program: 'node', behaviour: { ...STRICT, authorizes: false } },
  },
  {
    name: 'down',
    about: 'nothing listens there',
    wrong: 'It refuses every client, which proves nothing: a server that is down must not look secure.',
    cure: 'Start it.',
    expected: { verdict: 'inconclusive', codes: ['UNREACHABLE'], cause: 'ENDPOINT_DOWN' },
    runs: null,
  },
];
