/** Every code with its verdict, its severity and what `explain` prints. Codes of forbidden acceptances are explained by their scenario. */
import { wholeCure } from '../../model/cure.ts';
import { acceptedCode, type Code, type FixedCode } from '../../model/names.ts';
import { SCENARIOS } from '../../scenario/catalogue.ts';
import { CONFIGURED } from './configuration-codes.ts';
import { blinding, type Explanation, fail, news, pass, refused, unsure } from './explanation.ts';
import { SERVED } from './served-codes.ts';

const FIXED: Readonly<Record<FixedCode, Explanation>> = {
  ACCEPTED: pass('The identity was served, as it must be.'),
  SERVED_CHAIN_OK: pass('The served chain leads to the trust bundle, is in date and carries the right name.'),
  IDENTITY_OK: pass(
    'The identity can be read, its key matches, its dates and usages fit, and a declared fault is true.',
  ),
  REJECTED_BY_TLS_ALERT: pass(
    'The relying party refused with a TLS alert (RFC 8446 §6.2), while the control was accepted.',
  ),
  REJECTED_BY_HTTP_STATUS: pass(
    'The application refused with a status in `rejects.status`, while the control was accepted.',
  ),
  REJECTED_BY_BODY: pass('The answer carried the pattern of `rejects.body`, while the control’s did not.'),
  REJECTED_BY_CLOSE: pass('The connection was closed without an answer, between two accepted controls.'),
  REJECTED_BY_SILENCE: pass(
    'Nothing came back, between two accepted controls, and the registry says that silence is how this endpoint refuses (or TLS was left out).',
  ),
  REJECTED_BY_PROTOCOL: pass('The protocol’s own refusal came back, while the control was accepted.'),
  BYPASS_CLOSED: pass(
    'The other address gives a client without a certificate no access: it refuses, does not answer, or answers 404.',
  ),
  CONTROL_REJECTED: fail(
    'critical',
    'An identity that must be admitted was refused, twice: real clients are probably refused as well.',
    [
      'The relying party no longer trusts the identity’s issuer (TLS alert unknown_ca).',
      'A CRL has expired, or lacks a CA of the path: many relying parties then refuse every client.',
      'An intermediate is missing in the identity’s secret.',
      'The certificate was never sent, because no signature algorithm fits (TLS alert certificate_required for a valid identity).',
      'An authorization rule no longer lists the identity.',
      'Client certificates are asked for after the handshake (Apache <Location>): this cannot be tested over TLS 1.3.',
    ],
    [
      'Compare the CA in the relying party’s trust store with the identity’s issuer, and publish a fresh CRL.',
      'Put leaf and intermediates into the secret.',
      'If this status is a normal answer for it, add it to `accepts.status`.',
      'If it wants a token besides the certificate, send it: `http.headers: { authorization: { secret: NAME } }`.',
    ],
  ),
  RESUMED_IDENTITY_REJECTED: fail(
    'critical',
    'An identity that must be admitted was refused, twice, when it came back with the TLS session that it had been given; in a new session it was served. Real clients that keep sessions are cut off on their second connection.',
    [
      'The server verifies clients and names no session id context: OpenSSL then fails every resumed handshake with internal_error (Squid 5.7 with clientca=, actix-web with openssl).',
      'The application reads the certificate in every connection, and a resumed session does not show it there.',
      'Several backends share ticket keys and trust different client CAs.',
    ],
    [
      'Name a session id context (Squid: sslcontext=NAME on https_port; OpenSSL: SSL_CTX_set_session_id_context; Rust’s openssl: set_session_id_context; Node: sessionIdContext).',
      'Hand out neither tickets nor cached sessions (OpenSSL: SSL_SESS_CACHE_OFF, SSL_OP_NO_TICKET and, for TLS 1.3, SSL_CTX_set_num_tickets(ctx, 0)).',
    ],
  ),
  INTERMEDIATE_HELD: news(
    'info',
    'The control was served without the rest of its chain too: the relying party holds the intermediate itself, or fetches it.',
    ['Its trust store lists the intermediate beside the root, or a client sent it before and it was kept.'],
    ['Nothing is wrong. When the intermediate is replaced, put the new one there first.'],
  ),
  INTERMEDIATE_REQUIRED: news(
    'info',
    'The control was refused without the rest of its chain: the relying party takes the intermediate from the client only.',
    ['Its trust store lists the root alone.'],
    ['Nothing is wrong. Clients must send their intermediates.'],
  ),
  SESSION_NOT_RESUMED: pass(
    'The control was served, and no session was resumed: the server handed out none, or none that can be offered again (Node drops what is larger than 10 KiB, as with ML-DSA leaves), or made a new one in its place. Nothing was refused; the run did not see whether a resumed client is served.',
  ),
  SERVED_CHAIN_EXPIRED: refused(
    fail(
      'critical',
      'A certificate of the served chain has expired: clients that verify refuse to connect.',
      ['A renewal was missed.', 'The renewed certificate was not reloaded.'],
      ['Renew it and reload the relying party.'],
    ),
  ),
  SERVED_CHAIN_UNTRUSTED: {
    verification: 'refused',
    verdict: 'fail or inconclusive',
    severity: 'critical',
    meaning:
      'No signatures lead from the served chain to the endpoint’s trust bundle: the monitor may be connected to another server. The check served-certificate fails; a pass of another check becomes inconclusive.',
    causes: [
      'The trust bundle in the registry is stale: the CA was replaced.',
      'The endpoint serves a certificate of another CA.',
      'A third party intercepts the connection.',
    ],
    cures: [
      'Compare the served issuer with the trust bundle; during a CA rotation list old and new roots in one bundle.',
      'Name the right `trustBundle` for the endpoint.',
    ],
  },
  SERVED_NAME_MISMATCH: refused(
    fail(
      'critical',
      'The served certificate does not carry the expected name (RFC 9525 §6).',
      [
        'The wrong certificate is served for this SNI.',
        'A mesh’s certificate carries a SPIFFE ID and no DNS name.',
        'Only the common name matches, which clients no longer check.',
      ],
      ['Reissue it with the name.', 'Set `serverName` or `serverIdentity` in the registry.'],
    ),
    'ours',
  ),
  SERVED_CHAIN_EXPIRES_SOON: fail(
    'warning',
    'A certificate of the served chain expires soon; critical past `expiry.critical`.',
    ['A renewal is due or was missed.'],
    ['Renew it; adjust `expiry` if it is renewed later than that on purpose.'],
  ),
  SERVED_CHAIN_INCOMPLETE: {
    verification: 'refused',
    ...fail(
      'warning',
      'The leaf is served without the intermediate that signed it: clients that do not happen to have it refuse to connect. A pass of another check becomes inconclusive.',
      ['The server was configured with the leaf only.'],
      [
        'If it comes from another CA than the endpoint’s `trustBundle` holds (default: public), name the right one or add the CA to it. Else serve the leaf followed by its intermediates (nginx: the full chain in ssl_certificate).',
      ],
    ),
    verdict: 'fail or inconclusive',
  },
  SERVED_CHAIN_NOT_YET_VALID: refused(
    fail(
      'warning',
      'A certificate of the served chain is not valid yet.',
      ['It was deployed early.', 'A clock is wrong, the monitor’s or the issuer’s.'],
      ['Serve the previous certificate until then; check the clocks.'],
    ),
  ),
  SERVED_CHAIN_WRONG_USAGE: refused(
    fail(
      'warning',
      'A certificate of the path may not be used so: its extended key usage lacks serverAuth (RFC 5280 §4.2.1.12; a CA that names usages lends no others), or the leaf’s key usage lacks digitalSignature (RFC 8446 §4.4.2.2).',
      [
        'A client certificate is used by a server.',
        'A CA for clients or for e-mail issued it.',
        'A profile for RSA key exchange (keyEncipherment alone) was used.',
      ],
      ['Issue it with serverAuth and digitalSignature, by a CA that may issue for servers.'],
    ),
  ),
  SERVED_KEY_WEAK: fail(
    'warning',
    'A key of the served chain is shorter than NIST SP 800-131A allows.',
    ['An old key was reused.'],
    ['Reissue with RSA 2048 or P-256 at least.'],
  ),
  SERVED_SIGNATURE_WEAK: fail(
    'warning',
    'A certificate of the served chain is signed with SHA-1 or MD5.',
    ['An old CA.'],
    ['Reissue with SHA-256.'],
  ),
  IDENTITY_UNUSABLE: {
    verdict: 'fail or inconclusive',
    severity: 'warning',
    meaning:
      'One of the monitor’s test identities cannot be used. The check identity-health fails; a check that needs the identity is inconclusive.',
    causes: [
      'The secret cannot be read, or does not hold a certificate with its key.',
      'Certificate and key come from different issues.',
      'It has expired.',
      'Its key is too short for OpenSSL, or encrypted with another passphrase.',
      'The TLS version has no signature algorithm for its key: ML-DSA needs TLS 1.3.',
      'Its declared fault is not true (any more).',
    ],
    cures: [
      'Do what the message says in brackets: let the monitor read the secret, or put a working certificate with its key where `identities.<name>` of the registry leads (a secret, or files).',
    ],
  },
  IDENTITY_NOT_READ: unsure(
    'Secrets Manager did not give the monitor a secret that a check needs, an identity’s as a rule: it throttled, failed or did not answer, until the retries were over. Whether the identity can be used is not known.',
    [
      'Secrets Manager throttles: other callers use up the account’s quota for GetSecretValue in that region.',
      'Secrets Manager has an outage.',
      'The vantage has no way to Secrets Manager: a VPC endpoint, its security group, a route or a NAT gateway is missing.',
    ],
    [
      'See why Secrets Manager did not answer: throttling and the account’s quota in that region, its health, and from a VPC the way to it (VPC endpoint, security group, route). The secret itself may be right.',
    ],
  ),
  IDENTITY_EXPIRES_SOON: fail(
    'warning',
    'One of the monitor’s test identities, or an issuer in its chain, expires soon or has expired: its checks will become inconclusive. A warning also past `expiry.critical`, which the message then says.',
    ['Its renewal was missed.'],
    ['Issue a new one and put it into its secret; the next run picks it up.'],
  ),
  IDENTITY_CHAIN_INCOMPLETE: fail(
    'warning',
    'One of the monitor’s test identities comes without the intermediate that signed it (another identity’s file has it, or its own has another of the same name): relying parties that have only the root refuse it. It is probed as it is.',
    [
      'Only the leaf was put into the secret.',
      'The intermediate was given a new key, and the old one was put into the secret.',
    ],
    ['Put the leaf followed by its intermediates into the secret (ACM: Certificate and CertificateChain).'],
  ),
  IDENTITY_NOT_AN_SVID: fail(
    'warning',
    'The principal of one of the monitor’s test identities is a SPIFFE ID, but its certificate breaks a rule of SPIFFE X509-SVID: validators refuse it for that. It is probed as it is.',
    [
      'It was issued by hand, without key usage or with a second URI SAN.',
      'The secret of another workload is named in the registry.',
    ],
    ['Issue it by the mesh’s CA (SPIRE, Istio), or correct `principal`; the message names each rule with its section.'],
  ),
  IDENTITY_WEAK: fail(
    'warning',
    'One of the monitor’s test identities, or an issuer in its chain, has a key or a signature that NIST SP 800-131A disallows: relying parties refuse it for that. It is probed as it is.',
    ['An old CA or template: RSA below 2048 bits, SHA-1 or MD5.'],
    ['Reissue it with RSA 2048 or P-256 at least, signed with SHA-256.'],
  ),
  IDENTITY_ISSUER_NOT_YET_VALID: fail(
    'warning',
    'A CA in the chain of one of the monitor’s test identities is not valid yet: relying parties refuse the identity until it is. It is probed as it is.',
    [
      'The chain of a CA that is to be used later was installed too early.',
      'The clock of the CA, or the monitor’s, is wrong.',
    ],
    ['Present the chain of the CA that is valid now until the date in the message; set the clocks right.'],
  ),
  UNREACHABLE: unsure(
    'No connection was possible: the name does not resolve, TCP fails, or it is closed before the server’s first byte.',
    [
      'The endpoint is down.',
      'A firewall, security group or route is in the way.',
      'The listener expects a PROXY header (PROXY protocol) before TLS, which the monitor does not send.',
    ],
    ['Try the printed command from the same vantage.'],
  ),
  ADDRESS_REFUSED: unsure(
    'No connection was made: the address is link-local, of the metadata services of AWS, or the runtime API of the monitor’s own function, where every process of this machine gets credentials; or it is private, and `denyPrivate` refuses those. The message names which.',
    [
      'The name’s DNS records lead there, by mistake or on purpose.',
      'The registry names such an address.',
      '`denyPrivate` is true, and `allowAddresses` does not name the network of an endpoint that is meant to be private.',
    ],
    [
      'Correct the DNS records of the name, or the URL in the registry; if your organisation did not set these records, find out who did.',
      'Name a private network that is meant to be probed in `allowAddresses`.',
    ],
  ),
  TIMED_OUT: unsure(
    'No answer within the timeout, or so many slow ones that the time of the endpoint’s sweep was spent.',
    [
      'The endpoint is overloaded or hangs: the kernel accepts connections into its backlog, and no worker takes them.',
      'A load balancer accepts and has no healthy target, or a proxy waits for its backend.',
      'A listener that expects another protocol waits for its first bytes.',
      'A firewall drops packets of a connection that exists, or large ones.',
      'It is built on s2n-tls, which delays refusals by 10 to 30 s: it is then silent for faulty certificates only.',
    ],
    [
      'Raise `timeout` for a slow endpoint.',
      'If only faulty certificates time out, set `timeout: 40s`: s2n-tls answers within that.',
      'If it refuses clients by silence, set `rejects.silence: true`.',
    ],
  ),
  NOT_TLS: unsure(
    'The server’s answer is not TLS.',
    [
      'Wrong port.',
      'A server that speaks first and in clear (SMTP, IMAP, FTP, POP3, NATS, MySQL): TLS begins there only after a command, which `tls://` does not send.',
      'A port that serves plain HTTP.',
    ],
    [
      'Check host and port in the registry.',
      'For a protocol that upgrades, name the port where TLS begins at once (smtps 465, imaps 993, pop3s 995, ftps 990; NATS: `handshake_first`); PostgreSQL has `postgres://`.',
    ],
  ),
  TLS_INCOMPATIBLE: unsure(
    'The server speaks TLS, but the monitor’s TLS library cannot complete a handshake with it: which clients it accepts is unknown.',
    [
      'It lacks secure renegotiation (RFC 5746), which OpenSSL 3 and later demand.',
      'Its keys or Diffie-Hellman parameters are too short, or it speaks no version of TLS from 1.2 on.',
      'A certificate that it serves cannot be read (dates, encoding).',
    ],
    ['The message names the fault; the advice says what to change on the server.'],
  ),
  AMBIGUOUS_ANSWER: unsure(
    'The answer is neither clearly an acceptance nor clearly a refusal.',
    [
      'A redirect, a 404, a 429, or a 5xx to a client other than the control.',
      'The control got the same status for another reason.',
    ],
    [
      'Where a line of the registry decides it, the message names that line. Else ask with the printed command, and look at the relying party’s log.',
    ],
  ),
  APPLICATION_FAILS: unsure(
    'The control got through TLS to an application that fails (HTTP 5xx, gRPC 4, 8, 13 or 14, and their like): it has judged no client, so the answer proves nothing, even if `accepts` names it.',
    [
      'The application, or a backend behind the proxy, is down or overloaded.',
      'A rate limiter answers 503 (nginx: limit_req_status) or gRPC 8.',
    ],
    [
      'Mend the application behind the TLS endpoint: its logs, and those of the proxy in front of it, say why it fails.',
      'If a rate limiter answers so, set a pace that it allows: `limits.perSecond`.',
    ],
  ),
  ALREADY_ACCEPTED: unsure(
    'The endpoint accepts the same client without what this check adds, so the check proves nothing about the addition.',
    [
      'Another check of this endpoint fails: the endpoint accepts clients without a certificate, or this identity, as they are.',
    ],
    ['Mend that finding first; the next run then decides this check.'],
  ),
  CONTROL_NOT_ACCEPTED: unsure(
    'The client was refused, but the control was not accepted, or not any more: a host that is down must not look secure.',
    ['The endpoint is down or refuses every client.', 'The control’s identity is broken.'],
    [
      'Look at the `valid-identity` checks of the same endpoint, TLS version and route first: they say how each control ended.',
    ],
  ),
  TRUST_BUNDLE_UNUSABLE: blinding(
    'The trust bundle cannot be read: the monitor cannot verify that it is connected to the right server.',
    [
      'Its secret cannot be read.',
      'It holds no certificate that can be read.',
      'The served chain leads to no certificate of it that can be read, and another certificate of it cannot be read: that one may be the CA.',
    ],
    ['Put the CA certificates, preferably as PEM, where `trustBundles.<name>` of the registry points.'],
  ),
  TRUST_BUNDLE_NOT_READ: unsure(
    'Secrets Manager did not give the trust bundle’s secret: it throttled, failed or did not answer, until the retries were over. Nothing is known of the bundle.',
    [
      'Other callers use up the account’s quota.',
      'Secrets Manager has an outage.',
      'A VPC has no way to Secrets Manager.',
    ],
    [
      'See why Secrets Manager did not answer: throttling and the account’s quota in that region, its health, and from a VPC the way to it (VPC endpoint, security group, route).',
    ],
  ),
  NOT_RUN: unsure(
    'The run ended before this check’s turn.',
    ['Too many slow endpoints for the time of one run.', 'The command was interrupted (Ctrl-C).'],
    ['After an interruption, nothing. Otherwise lower `timeout`, or move endpoints to another schedule.'],
  ),
  RUN_COMPLETED: pass('Every batch of the run reported.'),
  RUN_INCOMPLETE: unsure(
    'A run could not be finished: some endpoints were not checked, or their results could not be stored.',
    ['A function failed or ran out of time.', 'AWS refused a call.'],
    ['Look at the execution in Step Functions and at the functions’ logs.'],
  ),
  NEXT_IDENTITY_REJECTED: fail(
    'warning',
    'The next version of a control’s secret (AWSPENDING) is refused: once it becomes current, its holder is locked out.',
    [
      'The relying party does not trust the new issuing CA yet.',
      'The new certificate bears another name than the rule that admits it.',
    ],
    [
      'Configure the new CA or name at the relying party before the rotation goes on; run the check again before `AWSCURRENT` moves.',
    ],
  ),
  PREVIOUS_IDENTITY_REJECTED: pass(
    'The version before (AWSPREVIOUS) is refused already: a client that still uses it is locked out.',
  ),
  NO_OTHER_VERSION: pass(
    'What the scenario rotation had found is over: no other version of the secret is in use any more. Only notifications have this code.',
  ),
  SERVED_CHAIN_CHANGED: news(
    'info',
    'Another certificate is served than in the runs before. Whether its key and its issuer are others is not known.',
    ['It was renewed.', 'Another server answers at this address.'],
    ['Nothing, if it was renewed. Otherwise find out who replaced it.'],
  ),
  CHECK_REMOVED: {
    ...unsure(
      'The registry no longer asks for a check that was announced as open: its notification is closed. Nobody knows whether it is right.',
      [
        'Its endpoint, identity, vantage or schedule was taken out of the registry, or has another name.',
        'The endpoint skips its scenario, or no longer names its identity or route.',
      ],
      ['Nothing, if it was taken out on purpose. Otherwise put it back into the registry.'],
    ),
    severity: 'info',
  },
  ...SERVED,
  ...CONFIGURED,
};

const SCENARIO_CODES: ReadonlyMap<string, Explanation> = new Map(
  SCENARIOS.flatMap(({ name, acceptance }) =>
    acceptance === null
      ? []
      : [
          [
            acceptedCode(name),
            fail('critical', acceptance.meaning, acceptance.causes, [wholeCure(acceptance.cure)]),
          ] as const,
        ],
  ),
);

/** Every code: the fixed ones, then one for each scenario that must be refused. */
export const CODES: readonly Code[] = [
  ...(Object.keys(FIXED) as FixedCode[]),
  ...([...SCENARIO_CODES.keys()] as Code[]),
];

/** Explanation of a code; undefined for a string that is no code. Never throws. */
export const explain = (code: string): Explanation | undefined => SCENARIO_CODES.get(code) ?? FIXED[code as FixedCode];

/** First cure of a code, which a finding prints unless its judge gives a more specific one; null for a code without cures. */
export const cureOf = (code: Code): string | null => explain(code)?.cures[0] ?? null;
