/** The registry that uses what was forged. */
import { FORGED_IDENTITIES, type ForgedIdentity, faultOf } from '../../../shared/pki/test-pki/forge.ts';

export type RegistryRequest = {
  readonly domain: string;
  readonly trustBundle: string;
  /** Null where identities are files beside the registry. */
  readonly prefix: string | null;
  /** Null where no server's certificate was made: an endpoint has to be named. */
  readonly server: 'localhost' | null;
  /** Whether the keys are of a kind that TLS 1.2 has no signature algorithm for (ML-DSA). */
  readonly postQuantum: boolean;
  /** The file whose names `payments` bears; null where it has its own. */
  readonly like: string | null;
  /** The SPIFFE ID of `payments`. */
  readonly principal: string | null;
};

/** A Secrets Manager name. */
export const secretNameOf = (prefix: string, identity: ForgedIdentity): string => `${prefix}identity/${identity}`;

const identityLine = (name: ForgedIdentity, request: RegistryRequest): string => {
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
  '    refuses: [] # a server that tells identities apart: name here those that it must refuse',
];

export const registryText = (request: RegistryRequest): string =>
  [
    '# Written by `mtls-monitor forge`, with a test PKI. Every field: docs/reference/registry.md',
    'version: 1',
    'trustBundles:',
    `  ${request.trustBundle}: { file: ca.pem }`,
    'identities:',
    ...FORGED_IDENTITIES.map((name) => identityLine(name, request)),
    'endpoints:',
    ...endpointLines(request),
    '',
  ].join('\n');
