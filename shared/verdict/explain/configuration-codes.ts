/** Codes of what a configuration says: by itself, and held against what was seen on the wire. */
import type { FixedCode } from '../../model/names.ts';
import { type Explanation, fail, pass, unsure } from './explanation.ts';

const NOT_IN_FORCE = [
  'The configuration was not rolled out, or another one is in force: a proxy that did not reload, a sidecar that is not injected, a policy whose selector matches nothing.',
  'The endpoint is not what the source takes it for: TLS ends at another hop in front.',
];
const IN_FRONT = [
  'Something in front of it, or the application behind it, refuses: the day that changes, it is open.',
  'A stricter configuration is in force already, and the source is older.',
];

export const CONFIGURED = {
  CONFIGURATION_AGREES: pass('What the source says of the endpoint is what was seen on the wire, and it is not weak.'),
  CONFIGURATION_SAYS_ENFORCED: fail(
    'critical',
    'The configuration says that it is enforced, and the wire shows that it is not. Whoever reads the configuration believes that this endpoint is safe.',
    NOT_IN_FORCE,
    [
      'Find out which configuration the running program has loaded (its own dump: `nginx -T`, Envoy’s /config_dump, `istioctl proxy-config`), and compare it with the place that the message names.',
    ],
  ),
  CONFIGURATION_SAYS_OPEN: fail(
    'warning',
    'The configuration does not enforce it, and the wire refuses all the same. It is not open now.',
    IN_FRONT,
    [
      'Say in the configuration what is meant (required), so that it stays so; or name what refuses in its place in a waiver.',
    ],
  ),
  CONFIGURATION_PERMISSIVE: fail(
    'warning',
    'The configuration lets plaintext in beside TLS. A client without TLS needs no certificate.',
    [
      'A migration to mutual TLS was begun and not ended (Istio: PERMISSIVE is its default).',
      'A second listener without TLS was kept for health checks or old clients.',
    ],
    ['Set the mode that refuses plaintext (Istio: `mtls: { mode: STRICT }`), or take the plain listener away.'],
  ),
  CONFIGURATION_WITHOUT_POLICY: fail(
    'critical',
    'No policy of the source speaks of the endpoint: what holds is the default, which does not enforce mutual TLS.',
    [
      'The namespace or the workload has no policy, and neither has the mesh.',
      'A policy’s selector does not match it.',
    ],
    ['Write a policy for the namespace, or one for the whole mesh, that requires mutual TLS.'],
  ),
  CONFIGURATION_OPTIONAL: fail(
    'warning',
    'The configuration verifies a client certificate where there is one, and lets a client without one in.',
    ['`optional` was set for a migration, or for paths that need none.'],
    ['Require the certificate, or refuse clients without one where it is decided, and say so in a waiver.'],
  ),
  CONFIGURATION_PASSES_THROUGH: fail(
    'warning',
    'The configuration asks for a client certificate and does not verify it: whoever is behind has to, and anybody can make one.',
    ['A mode that passes through (ALB: passthrough; nginx: optional_no_ca; Go: RequireAnyClientCert).'],
    ['Verify it here, against your CA; or see to it that what is behind verifies it, and say so in a waiver.'],
  ),
  CONFIGURATION_ASKS_NOBODY: fail(
    'warning',
    'The configuration asks for no client certificate: this is TLS with server authentication only.',
    ['Client authentication was never set for this listener, virtual host or port, or was turned off.'],
    ['Turn client authentication on there.'],
  ),
  CONFIGURATION_IGNORES_EXPIRY: fail(
    'warning',
    'The configuration lets client certificates in that have expired.',
    ['An exception for a missed renewal was kept (ALB: ignoreClientCertificateExpiry; HAProxy: crt-ignore-err).'],
    ['Take the exception away.'],
  ),
  CONFIGURATION_WITHOUT_REVOCATION: fail(
    'info',
    'The configuration has neither a revocation list nor OCSP: a stolen certificate opens this endpoint until it expires.',
    ['None was set. With certificates that live for hours, that is usual.'],
    ['Name a CRL or a responder, or keep certificates short-lived.'],
  ),
  CONFIGURATION_LEAVES_WAY_IN: fail(
    'warning',
    'The configuration leaves another way to the same service, which asks for no client certificate.',
    [
      'API Gateway: `disableExecuteApiEndpoint` is false. ALB: another listener, or port 80. A load balancer’s targets, or an origin, that can be reached directly.',
    ],
    ['Close it, or name it in `bypasses`, so that it is asked in each run.'],
  ),
  CONFIGURATION_LACKS_ISSUER: fail(
    'warning',
    'None of the CAs that the configuration trusts has issued the certificate of an identity that must be admitted.',
    ['The CA was rotated and not added here.', 'The trust store is that of another stage.'],
    ['Add the issuing CA, and see that the new version is in force.'],
  ),
  CONFIGURATION_TRUSTS_STRANGER: fail(
    'info',
    'The configuration trusts a CA that has issued none of the identities of the registry: whoever gets a certificate from it passes TLS here.',
    ['A retired CA was left in the trust store.', 'It is the CA of clients that the registry does not know.'],
    ['Take it away, or add an identity of it to the registry.'],
  ),
  CONFIGURATION_REQUESTS_OTHER_CAS: fail(
    'warning',
    'The CAs that the endpoint names when it asks for a certificate are not those that the configuration trusts.',
    NOT_IN_FORCE,
    ['Compare the trust store of the running program with the one that the message names.'],
  ),
  CONFIGURATION_RENEWAL_MISSED: fail(
    'warning',
    'The source says that a certificate of the endpoint should have been renewed, and it was not.',
    ['Its issuer refuses or does not answer.', 'The program that renews it does not run, or may not write the secret.'],
    [
      'Look at what the source says of it: for cert-manager `kubectl describe certificate NAME`, its CertificateRequest and its Issuer.',
    ],
  ),
  CONFIGURATION_SAYS_ADMITTED: fail(
    'warning',
    'The configuration admits an identity that must be admitted, and the wire refuses it.',
    NOT_IN_FORCE,
    ['Look at the finding of `valid-identity`: it says how the identity is refused.'],
  ),
  CONFIGURATION_SAYS_REFUSED: fail(
    'critical',
    'The configuration refuses an identity, and the wire admits it. Whoever reads the rules believes that it is kept out.',
    [...NOT_IN_FORCE, 'The server was to ask an authorizer, and does not.'],
    [
      'Find out whether the rule that the message names is loaded by the program that answers, and whether it asks its authorizer.',
    ],
  ),
  CONFIGURATION_ADMITS_REFUSED: fail(
    'warning',
    'A rule of the configuration admits an identity that the registry says must be refused.',
    ['A wildcard, a namespace or a trust domain that is wider than meant.', 'The registry does not know that it may.'],
    ['Narrow the rule that the message names; or add the identity to `admits`.'],
  ),
  CONFIGURATION_REFUSES_ADMITTED: fail(
    'warning',
    'The configuration refuses an identity that the registry says must be admitted.',
    ['Its rule was taken away or renamed.', 'The registry is older than the rules.'],
    ['Add a rule for it, or take it out of `admits`.'],
  ),
  CONFIGURATION_ADMITS_ANYBODY: fail(
    'info',
    'The configuration has no rule about who is admitted: every certificate that its CAs issued opens it.',
    ['An empty filter list, or no authorization policy.'],
    ['Name who is admitted.'],
  ),
  CONFIGURATION_UNDECIDED: unsure(
    'The source does not say whether an identity is admitted: somebody else decides, there was no decision (undefined is not a refusal), or a condition is not understood.',
    [
      'A CUSTOM rule that asks an external authorizer.',
      'A policy without a default decision.',
      'A condition that this monitor does not know.',
    ],
    ['Give the policy a default (`default allow := false`); or skip `configured-access` there, with the reason.'],
  ),
  CONFIGURATION_NOT_COVERING: unsure(
    'The registry names what the endpoint is called in the source, and the source has nothing of that name.',
    ['It was renamed or removed there.', 'The export leaves it out: another namespace, a narrower selection.'],
    ['Correct the name in `sources` of the endpoint, or widen the export.'],
  ),
  SOURCE_OK: pass('The source was read, is in date, and every endpoint of it is watched.'),
  SOURCE_STALE: unsure(
    'The source is older than its `maxAge`: what it says may have changed since, and nothing is judged by it.',
    ['What exports it does not run any more.', 'The file was made once, by hand.'],
    ['Export it again, at least as often as `maxAge` says.'],
  ),
  SOURCE_UNREADABLE: unsure(
    'The source could not be read: nothing is judged by it.',
    ['The file is not there, or is no export that a reader knows.', 'AWS refused the calls.'],
    ['See what the message says; `mtls-monitor configuration FILE` reads it by hand.'],
  ),
  SOURCE_DAMAGED: unsure(
    'Parts of the source could not be read; everything else was.',
    ['An object is not what its format says, or was cut off.'],
    ['Mend the place that the message names, or report it.'],
  ),
  ENDPOINT_UNWATCHED: fail(
    'warning',
    'The source has endpoints with TLS that the registry does not watch.',
    ['They are new.', 'Nobody added them.'],
    [
      '`mtls-monitor discover FILE --into registry.yaml` adds them; `ignore` of the source leaves them out, with a reason.',
    ],
  ),
} as const satisfies Partial<Readonly<Record<FixedCode, Explanation>>>;
