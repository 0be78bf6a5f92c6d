/** The course’s module on mutual TLS, row by row. */
import { CHECK, CONFIGURATION, DESCRIBE, type Guide, MATRIX, of } from './meshes-guide.ts';

export const MODULE_GUIDE: Guide = {
  title: 'A module of a course on mutual TLS',
  rows: [
    {
      shows: 'Go: `tls.RequireAndVerifyClientCert`, TLS 1.3',
      question: 'Which of the five modes does a Go server have?',
      ours: [CHECK],
      tried: [MATRIX],
    },
    {
      shows: 'Go middleware: names and a SPIFFE prefix, `Contains "/ns/production/"`',
      question: 'Is another trust domain refused?',
      ours: [CHECK, 'mtls-monitor access'],
      tried: [MATRIX],
    },
    {
      shows: '`extensions["department"]`: access by an attribute',
      question: 'Is whoever has no such attribute refused?',
      ours: ['mtls-monitor forge pki --extension 1.3.6.1.4.1.99999.1=department-a', CHECK],
      tried: ['test/lab/attributes.test.ts'],
    },
    {
      shows: 'cert-manager: a `Certificate` of 24 hours, renewed 4 hours before',
      question: 'Is it renewed in time?',
      ours: ['mtls-monitor configuration certificates.json'],
      tried: [of('cert-manager')],
    },
    {
      shows: 'trust-manager, “CA distribution”',
      question: 'Has every namespace every CA?',
      ours: ['mtls-monitor configuration bundles.json'],
      tried: [of('trust-manager')],
    },
    {
      shows: 'SPIRE: `spire-server entry create`, `spire-agent api fetch x509`',
      question: 'Does what it issues pass at the server?',
      ours: [CHECK, 'mtls-monitor configuration entries.json'],
      tried: ['test/long/spire.test.ts'],
    },
    {
      shows: 'PERMISSIVE first, STRICT later',
      question: 'What is still open?',
      ours: [CONFIGURATION, CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`linkerd viz edges deployment -o json`: secured or not',
      question: 'Which edges are without TLS?',
      ours: ['mtls-monitor configuration edges.json'],
      tried: [of('linkerd')],
    },
    {
      shows: 'Linkerd: `Server`, `ServerAuthorization`',
      question: 'Whom does a Server let in, and without an identity?',
      ours: ['mtls-monitor configuration policies.json', DESCRIBE],
      tried: [of('linkerd')],
    },
    {
      shows: 'Consul: intentions, `mutual_tls_mode`',
      question: 'Who may call, and is plaintext let in?',
      ours: ['mtls-monitor configuration consul.json'],
      tried: [of('consul')],
    },
    {
      shows: 'OPA: `curl opa:8181/v1/data/authz`',
      question: 'Does the decision hold on the wire?',
      ours: ['mtls-monitor access registry.yaml', CHECK],
      tried: ['test/lab/claims-opa.test.ts'],
      beware:
        'A decision that is undefined is no refusal, and OPA refuses nobody itself: whoever asks it has to. `sources: { authz: { opa: URL } }` has it asked in each run, `sources: { authz: HOST }` of an endpoint says about which host.',
    },
    {
      shows: 'Kiali: a lock on each edge',
      question: 'Which share of the requests is with mutual TLS?',
      ours: ['mtls-monitor configuration graph.json'],
      tried: [of('kiali')],
    },
    {
      shows: '`openssl x509 -modulus | md5sum`, and of the key',
      question: 'Do key and certificate belong together?',
      ours: [CHECK],
      tried: ['test/lab/identities.test.ts'],
      beware: 'Keys on curves have no modulus. Here the public keys are compared.',
    },
    {
      shows: 'Forty services, typed by hand',
      question: 'Which endpoints are there, and which does nobody watch?',
      ours: ['mtls-monitor discover export.json'],
      tried: ['test/lab/discover.test.ts'],
    },
  ],
};
