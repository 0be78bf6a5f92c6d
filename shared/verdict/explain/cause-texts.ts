/** Root causes in words: what a group of findings has in common, and its one cure. */
import type { Cure } from '../../model/cure.ts';
import type { Cause } from '../../model/names.ts';

export type CauseText = {
  readonly title: string;
  readonly meaning: string;
  /** What leads to it, where that is not what leads to its codes. */
  readonly causes?: readonly string[];
  readonly cure: Cure;
};

export const CAUSE_TEXTS: Readonly<Record<Cause, CauseText>> = {
  ASKS_BUT_DOES_NOT_VERIFY: {
    title: 'asks for a client certificate but does not verify it',
    meaning: 'The endpoint accepts any certificate, also one that the client itself issued a minute ago.',
    cure: { what: 'Verify client certificates against your CA', by: 'verify' },
  },
  CLIENT_CERTIFICATE_OPTIONAL: {
    title: 'takes client certificates but does not require one',
    meaning:
      'The endpoint verifies the certificate of a client that presents one, and accepts a client that presents none.',
    causes: [
      'A mode that verifies what is presented and lets other clients pass (nginx and Apache: optional; Caddy: verify_if_given; Go: VerifyClientCertIfGiven).',
      'The application was meant to refuse clients without a certificate, and does not.',
    ],
    cure: {
      what: 'Require the certificate',
      by: 'require',
      besides: ', or let the application refuse clients without one',
    },
  },
  CLIENT_CERTIFICATE_NOT_REQUESTED: {
    title: 'does not ask for a client certificate',
    meaning: 'This is TLS with server authentication only: no client authenticates.',
    causes: [
      'The listener, virtual host or route has no client authentication.',
      'TLS ends at a load balancer in front of the one that was configured.',
    ],
    cure: {
      what: 'Turn client authentication on for this listener and server name',
      by: 'request',
      besides: ', and see whether TLS ends at another hop in front',
    },
  },
  PLAINTEXT_ACCEPTED: {
    title: 'serves plaintext on its TLS port',
    meaning: 'A client that does not use TLS needs no certificate.',
    cure: {
      what: 'Serve TLS only',
      by: 'plaintext',
      besides: ', or skip the scenario with a reason where plaintext is by design',
    },
  },
  ANY_IDENTITY_ACCEPTED: {
    title: 'admits identities that it must refuse',
    meaning: 'The endpoint verifies certificates, but does not check which identity they name.',
    cure: {
      what: 'Add an authorization rule that names the identities to accept',
      by: 'authorize',
      besides: ', or name the identity in admits if the endpoint should accept it',
    },
  },
  ENDPOINT_DOWN: {
    title: 'cannot be reached, or does not answer',
    meaning: 'No control got an answer: nothing is known about its enforcement now.',
    causes: [
      'Its process, its host or its network is down.',
      'A firewall, a security group or a route is in the way, or a DNS record is wrong.',
      'It accepts connections and does not answer: it hangs, is overloaded, or its load balancer has no healthy target.',
    ],
    cure: 'Check that it runs. Where there was no TCP connection: see DNS, firewall, security group and route from this vantage. Where one was accepted and nothing came: see whether its process hangs or its workers are busy, and whether a load balancer has a healthy target; the control’s message says how far it got.',
  },
  IDENTITY_UNUSABLE: {
    title: 'a test identity cannot be used',
    meaning: 'This is a fault of the monitor’s setup, not of the endpoint.',
    cure: '`identity-health` of that identity says what is wrong: let the monitor read the secret, or put a working certificate and its key where `identities.<name>` of the registry leads.',
  },
  IDENTITY_NOT_READ: {
    title: 'a test identity could not be read now',
    meaning:
      'Secrets Manager did not give its secret: nobody knows whether the identity can be used, nor what its endpoints would answer.',
    cure: 'See why Secrets Manager did not answer: throttling and the account’s quota in that region, its health, and from a VPC the way to it (VPC endpoint, security group, route). The secret itself may be right.',
  },
  TRUST_BUNDLE_STALE: {
    title: 'its served chain does not lead to the trust bundle',
    meaning: 'The monitor may be connected to another server, whose refusals prove nothing.',
    cure: 'Compare the served issuer with the trust bundle in the registry; during a CA rotation list old and new roots.',
  },
  TRUST_BUNDLE_UNUSABLE: {
    title: 'its trust bundle, or a part of it, cannot be read',
    meaning:
      'This is a fault of the monitor’s setup: without the trust bundle it cannot verify that it is connected to the right server.',
    cure: 'Put the CA certificates, preferably as PEM, where `trustBundles.<name>` of the registry points.',
  },
  FORGED_HEADER_BELIEVED: {
    title: 'believes headers that any client can write',
    meaning: 'The application takes a client for the identity that a header names; the client needs no certificate.',
    cure: {
      what: 'Overwrite or remove identity headers where TLS ends',
      by: 'headers',
      besides: ', and let only the proxy reach the application',
    },
  },
  NAME_DECIDES_CLIENT_AUTHENTICATION: {
    title: 'asks for certificates under one name and serves it under another',
    meaning:
      'The name in the handshake (SNI) decides whether a certificate is needed, and the request may name another host.',
    cure: {
      what: 'Refuse requests whose Host is not the handshake’s name, and unknown names',
      by: 'names',
      besides: ', or require certificates of every name of the port',
    },
  },
  SESSIONS_SHARED: {
    title: 'resumes TLS sessions that were made for another name',
    meaning:
      'A resumed session keeps the first handshake’s authentication, so this name’s own client CA never verifies the client.',
    cure: {
      what: 'Upgrade nginx to 1.26.3 or 1.27.4, give each virtual host its own session ticket key and cache, or leave sessions out where certificates are required',
      by: 'sessions',
    },
  },
  ANOTHER_WAY_IN: {
    title: 'can be reached past its client authentication',
    meaning: 'Another address serves the same content without a client certificate.',
    cure: 'Close that address (API Gateway: disableExecuteApiEndpoint; origin: a security group that admits the proxy only), or require certificates there too.',
  },
  CONTROL_REFUSED: {
    title: 'refuses identities that it must admit',
    meaning: 'While no control is accepted, its refusals prove nothing.',
    cure: 'Look at the endpoint’s `valid-identity` findings first: each says how its identity was refused.',
  },
  TRUST_BUNDLE_EXPIRING: {
    title: 'the CA that its chain leads to expires',
    meaning: 'When this CA expires, every certificate under it fails at once.',
    cure: 'Make the successor; list old and new CA in one trust bundle here and in every client; then serve chains of the new one; then drop the old.',
  },
  CRL_STALE: {
    title: 'a CRL of its trust bundle is stale or cannot be used',
    meaning: 'Relying parties with a stale CRL refuse every client, or no longer notice revoked certificates.',
    cure: 'Publish a fresh CRL where the registry says, one that covers the served certificate, and see that each relying party reloads it.',
  },
  ADDRESS_REFUSED: {
    title: 'has an address to which the monitor never connects',
    meaning:
      'Its name or URL leads to link-local addresses, to metadata services, to the monitor’s own function, or to a private address that `denyPrivate` refuses.',
    cure: 'Correct the DNS records of the name, or the URL in the registry; if your organisation did not set these records, find out who did.',
  },
  RESUMPTION_REFUSED: {
    title: 'refuses valid clients that resume their session',
    meaning: 'A client’s first connection is served; its next one, with the session of the first, is not.',
    cure: 'Name a session id context (Squid: sslcontext=NAME; OpenSSL: SSL_CTX_set_session_id_context; Rust’s openssl: set_session_id_context), or hand out neither tickets nor cached sessions.',
  },
  APPLICATION_FAILS: {
    title: 'its application fails',
    meaning: 'The control got through TLS to an application that fails: until it works, refusals prove nothing.',
    cure: 'Mend the application behind the TLS endpoint; its logs, and those of the proxy in front of it, say why it fails.',
  },
  RUN_INCOMPLETE: {
    title: 'a run was not finished',
    meaning: 'Some endpoints were not checked, or their results could not be stored.',
    cure: 'Look at the execution in Step Functions and at the functions’ logs.',
  },
};
