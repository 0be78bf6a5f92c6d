/** The guide for engineers to testing mutual TLS, row by row. */
import { CHECK, CONFIGURATION, DESCRIBE, type Guide, MATRIX, of } from './meshes-guide.ts';

export const TESTING_GUIDE: Guide = {
  title: 'A guide for engineers to testing mutual TLS',
  rows: [
    {
      shows: '`openssl genrsa`, `req`, `x509`: a CA, a valid client, one of another CA, an expired one',
      question: 'Identities to test with',
      ours: ['mtls-monitor forge pki'],
      tried: ['test/lab/forge.test.ts'],
    },
    {
      shows: '`curl https://…` without a certificate: 400 or 401',
      question: 'Is a client without a certificate refused?',
      ours: [CHECK],
      tried: [MATRIX],
      beware:
        'A host that is down passes a test that takes “no answer” for a refusal. Here a refusal counts only beside a control that was admitted.',
    },
    {
      shows: '`curl --cert valid.crt --key valid.key`: 200',
      question: 'Is the right identity admitted?',
      ours: [CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`curl --cert wrong-ca.crt`, `--cert expired.crt`: rejected',
      question: 'Are another CA’s and expired certificates refused?',
      ours: [CHECK],
      tried: [MATRIX],
    },
    {
      shows: 'A pytest suite: `status is None or status in (400, 401)`',
      question: 'The same, in CI',
      ours: [`${CHECK} --format junit`],
      tried: ['test/lab/cli.test.ts'],
    },
    {
      shows: 'Service A’s certificate at Service B',
      question: 'Is another service’s identity refused?',
      ours: ['mtls-monitor access', CHECK],
      tried: [MATRIX, 'test/lab/overview-commands.test.ts'],
    },
    {
      shows: 'nginx: `ssl_verify_client` is `on` or `optional_no_ca`',
      question: 'Does nginx verify?',
      ours: [CHECK, 'mtls-monitor configuration nginx.txt'],
      tried: [MATRIX],
      beware: '`optional_no_ca` verifies no chain: the lab’s mode of that name lets an untrusted issuer in.',
    },
    {
      shows: 'Kong: `curl admin:8001/plugins`, `mtls-auth`; without a certificate 401',
      question: 'Does the plugin cover the route, and nobody anonymous?',
      ours: [CONFIGURATION, CHECK],
      tried: ['test/unit/claims/kong.test.ts'],
    },
    {
      shows: 'Istio: `PeerAuthentication` with `mode: STRICT`',
      question: 'Does the mesh refuse plaintext?',
      ours: [DESCRIBE, CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`istioctl authn tls-check POD`',
      question: 'HOST, STATUS, SERVER, CLIENT',
      ours: [DESCRIBE],
      tried: ['test/lab/configured.test.ts'],
      beware: 'Istio removed the command in 1.6.',
    },
    {
      shows: '`istioctl proxy-config secret POD -o json`',
      question: 'Which certificates does a sidecar have, and until when?',
      ours: ['mtls-monitor configuration secrets.json', 'mtls-monitor expiry'],
      tried: ['test/unit/claims/envoy.test.ts'],
    },
    {
      shows: '`AuthorizationPolicy`: `RBAC: access denied`',
      question: 'Who is admitted, with which method and path?',
      ours: ['mtls-monitor access', DESCRIBE],
      tried: [MATRIX],
    },
    {
      shows: 'SPIFFE IDs `spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT`',
      question: 'Is it an identity as the standard has it?',
      ours: [CHECK, 'mtls-monitor configuration entries.json'],
      tried: ['test/long/spire.test.ts', of('spire')],
    },
    {
      shows: '`kubectl get certificates -A -o json`, piped to a script that looks at `notAfter`',
      question: 'What ends, and which renewal was missed?',
      ours: ['mtls-monitor configuration certificates.json', 'mtls-monitor expiry'],
      tried: [of('cert-manager')],
    },
    {
      shows: 'Rotation: twenty requests while the certificate is renewed, all 200',
      question: 'Does a rotation cut anybody off?',
      ours: [CHECK],
      tried: ['test/long/spire.test.ts', 'test/aws/rotation-drill.test.ts'],
    },
    {
      shows: '`hubble observe --verdict DROPPED -o json`',
      question: 'What did Cilium refuse, and why?',
      ours: ['mtls-monitor configuration flows.json'],
      tried: [of('cilium')],
      beware:
        'A flow of layer 4 that was forwarded may have carried TLS or not: only HTTP that Cilium’s proxy read was surely in plain text.',
    },
    {
      shows: '`cilium connectivity test --test pod-to-pod-encryption`',
      question: 'Is traffic between pods encrypted below the application?',
      ours: [CONFIGURATION],
      tried: [of('cilium')],
      beware:
        'Cilium’s mutual authentication asks for no certificate on the connection: `check` sees what the application serves.',
    },
    {
      shows: 'A revoked certificate, CRL and OCSP',
      question: 'Is it refused?',
      ours: [CHECK],
      tried: [MATRIX, 'test/lab/ocsp-staples.test.ts'],
    },
    {
      shows: 'A workflow of GitHub Actions: PERMISSIVE warns, a namespace without a policy fails',
      question: 'Is a manifest weak, before it is applied?',
      ours: ['mtls-monitor configuration manifests/*.yaml --format github'],
      tried: ['test/lab/workflow.test.ts'],
    },
  ],
};
