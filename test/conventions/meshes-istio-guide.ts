/** Istio’s tasks on mutual TLS, row by row (istio.io: Mutual TLS Migration; of version 0.8 and 1.4: Testing Mutual TLS, Mutual TLS Deep-Dive). */
import { CHECK, CONFIGURATION, DESCRIBE, type Guide, MATRIX, of } from './meshes-guide.ts';

export const ISTIO_GUIDE: Guide = {
  title: 'Istio: “Mutual TLS Migration”, and the older “Testing Mutual TLS”',
  rows: [
    {
      shows:
        '`kubectl exec sleep -- curl http://httpbin.foo:8000/ip`, from each of `foo`, `bar` and `legacy`: 200, then 000 with exit code 56',
      question: 'Does it refuse plaintext?',
      ours: [CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`kubectl get peerauthentication --all-namespaces`',
      question: 'Which policies are there?',
      ours: [CONFIGURATION],
      tried: ['test/unit/claims/istio-peer-authentication.test.ts', 'test/long/inventory-deployed.test.ts'],
    },
    {
      shows: '`kubectl get destinationrule --all-namespaces`',
      question: 'Does one turn the clients’ TLS off?',
      ours: [CONFIGURATION],
      tried: ['test/unit/claims/istio-exports.test.ts'],
    },
    {
      shows: '`kubectl apply -n foo`: `PeerAuthentication` `default`, `mode: STRICT`',
      question: 'Is a namespace locked down?',
      ours: [DESCRIBE, CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`kubectl apply -n istio-system`: the same for the mesh',
      question: 'Is the mesh?',
      ours: [DESCRIBE, CHECK],
      tried: [MATRIX],
    },
    {
      shows: '`tcpdump dst port 80 -A` in the sidecar',
      question: 'Is it encrypted?',
      ours: [CHECK, 'mtls-monitor present ENDPOINT plaintext'],
      tried: ['test/lab/present.test.ts'],
    },
    {
      shows: 'Grafana’s and Kiali’s picture of plaintext that is left',
      question: 'Who still sends plaintext?',
      ours: ['mtls-monitor configuration graph.json'],
      tried: [of('kiali')],
    },
    {
      shows: '`kubectl get deploy -l istio=citadel -n istio-system`: AVAILABLE is 1',
      question: 'Does the CA issue, and until when is it valid?',
      ours: ['mtls-monitor configuration configmaps.json', CHECK],
      tried: [of('trust-manager')],
    },
    {
      shows: '`ls /etc/certs`: `cert-chain.pem`, `key.pem`, `root-cert.pem`; `openssl x509 -text`',
      question: 'Which identity does the sidecar have?',
      ours: ['mtls-monitor plan', CHECK],
      tried: ['test/lab/identities.test.ts'],
    },
    {
      shows: '`curl https://httpbin:8000 --key … --cert … --cacert … -k`: 200',
      question: 'Is the right certificate admitted?',
      ours: [CHECK],
      tried: [MATRIX],
      beware:
        '`-k` verifies no server, and exit code 77 is curl’s own missing file: neither says that the server refused.',
    },
  ],
};
