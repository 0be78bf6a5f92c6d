/** The text of the registry for a forged PKI. */
import { faultOf, TEST_IDENTITIES, type TestIdentity } from '../../../shared/pki/test-pki/test-set.ts';

export type RegistryRequest = {
  readonly domain: string;
  readonly trustBundle: string;
  /** Prefix of the secrets' names; null: the identities are files beside the registry. */
  readonly prefix: string | null;
  /** Null: no server certificate was made, and the reader must fill in an endpoint. */
  readonly server: 'localhost' | null;
  /** Whether the keys are of a kind that TLS 1.2 has no signature algorithm for (ML-DSA). */
  readonly postQuantum: boolean;
  /** The file whose names `payments` has; null: it has names of its own. */
  readonly like: string | null;
  /** The SPIFFE ID of `payments`. */
  readonly principal: string | null;
};

/** Returns the Secrets Manager name of an identity. */
export const secretNameOf = (prefix: string, identity: TestIdentity): string => `${prefix}identity/${identity}`;

const identityLine = (name: TestIdentity, request: RegistryRequest): string => {
  const { domain, prefix, like, principal } = request;
  const fault = faultOf(name);
  const own = name === 'payments' ? principal : name === 'orders' ? `spiffe://${domain}/orders` : null;
  const fields = [
    prefix === null
      ? `certificate: identities/${name}.crt, privateKey: identities/${name}.key`
      : `secret: "${secretNameOf(prefix, name)}"`,
    ...(fault === null ? [] : [`fault: ${fault}`]),
    ...(own === null ? [] : [`principal: ${JSON.stringify(own)}`]),
  ];
  const note =
    name === 'gateway'
      ? ` # DNS name gateway.${domain}`
      : name === 'payments' && like !== null
        ? ' # the names that were given'
        : '';
  return `  ${name}: { ${fields.join(', ')} }${note}`;
};

const endpointLines = ({ server, trustBundle, postQuantum }: RegistryRequest): readonly string[] => [
  ...(server === null
    ? ['  # Your own: it has to admit payments. Others that it must refuse: payments only in admits, and no refuses.']
    : ['  # The server that `forge` named: replace it by your own.']),
  `  - name: ${server ?? 'mine'}`,
  `    url: https://${server ?? 'payments.corp.example'}:8443/`,
  `    trustBundle: ${trustBundle}`,
  ...(postQuantum ? ['    tlsVersions: ["1.3"] # TLS 1.2 has no signature algorithm for ML-DSA'] : []),
  '    admits: [payments, orders, gateway] # those with a fault bear the names of payments',
  '    refuses: [] # if the server authorizes single identities: name here those that it must refuse',
];

export const registryText = (request: RegistryRequest): string =>
  [
    '# Written by `mtls-monitor forge`, with a test PKI. Every field: docs/reference/registry.md',
    'version: 1',
    'trustBundles:',
    `  ${request.trustBundle}: { file: ca.pem }`,
    'identities:',
    ...TEST_IDENTITIES.map((name) => identityLine(name, request)),
    'endpoints:',
    ...endpointLines(request),
    '',
  ].join('\n');
