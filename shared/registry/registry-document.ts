/** The schema of the registry file. It validates the file, and its reference page and JSON Schema are generated from it. */
import { z } from 'zod';
import { FAULTS } from '../model/names.ts';
import {
  checked,
  crlUrl,
  distinct,
  distinctOrEmpty,
  file,
  interval,
  name,
  owner,
  secretName,
  secretRef,
  text,
} from '../model/registry-fields.ts';
import { VPC_ENDPOINTS } from '../model/vpc-endpoint-kinds.ts';
import { endpoint, perEndpoint, tlsVersions, trustBundleName } from './endpoint-document.ts';
import { monitor } from './monitor-document.ts';
import { source } from './source-document.ts';

const schedule = z.strictObject({
  enforcement: interval('Between two runs of the enforcement suite.').default('5m'),
  isolation: interval('Between two runs of the isolation suite.').default('1h'),
  certificates: interval('Between two runs of the certificates suite.').default('1h'),
});

const crls = z
  .array(
    z.union([z.strictObject({ file: file('One or more CRLs') }), z.strictObject({ url: crlUrl() })], {
      error: '{ file: PATH } or { url: URL }',
    }),
  )
  .min(1)
  .optional()
  .meta({
    description:
      'Revocation lists of its CAs: a served certificate that one lists is a fail, and so is a list that is not renewed in time. Default: none.',
  });
const trustBundle = z.union(
  [
    z.strictObject({ secret: secretName(), crls }),
    z.strictObject({
      file: file(
        'CA certificates in any shape: PEM, DER, PKCS#7, PKCS#12 (without a password, or with `changeit`), JKS, a Kubernetes Secret or ConfigMap, Vault’s or other JSON or YAML, or a SPIFFE bundle (JWKS)',
      ),
      crls,
    }),
    z.strictObject({ system: z.literal(true).meta({ description: 'The public CAs that the runtime ships.' }), crls }),
  ],
  { error: '{ secret: NAME }, { file: PATH } or { system: true }' },
);

const identityFields = {
  passphrase: secretRef().optional().meta({ description: 'Of an encrypted private key. Default: none.' }),
  principal: z.string().min(1).max(2048).optional().meta({
    description:
      'The name a relying party should derive from it: identities that share it stay out of each other’s default `refuses`. Default: none.',
  }),
  fault: z.enum(FAULTS).optional().meta({
    description:
      'Why it must be refused everywhere. Verified locally before use, except `revoked`, which only the relying party can verify; never a control and never part of isolation. Issue it by the control’s CA with the names of an identity that is admitted: refused for its name, it proves nothing.',
  }),
  owner: owner().meta({
    description:
      'Who is told what is wrong with it. Default: the owner of the endpoints that admit it, where all have the same.',
  }),
  like: z.string().min(1).optional().meta({
    description:
      'For an identity with a fault: the identity without a fault whose names and kind of key it has. A custodian, if one is deployed, renews it if both are secrets. Default: none; it is not renewed.',
  }),
};
const identity = z.union(
  [
    z.strictObject({ secret: secretName(), ...identityFields }),
    z.strictObject({
      certificate: file('The certificate, and its intermediates'),
      privateKey: file('The private key (command line only)'),
      ...identityFields,
    }),
  ],
  { error: '{ secret: NAME } or { certificate: PATH, privateKey: PATH }' },
);

const ids = (description: string) => z.array(z.string().min(1)).min(1).optional().meta({ description });
const vantage = z.strictObject({
  vpcId: z.string().min(1).optional().meta({
    description:
      'The VPC that probes start from. All four fields are needed, or none: for the vantage default, outside a VPC; for others, the property `vantages` of the construct gives the VPC. Default: none.',
  }),
  availabilityZones: ids('The zones of its subnets. Default: none.'),
  subnetIds: ids(
    'Subnets for the function, the same number in each zone. Without a NAT gateway the VPC needs gateway endpoints for S3 and DynamoDB, and interface endpoints for Secrets Manager and, at the levels endpoint and check, CloudWatch (monitoring). Default: none.',
  ),
  securityGroupIds: ids(
    'Security groups for the function: they let it out to the endpoints, to DNS and to AWS. Default: none.',
  ),
  vpcEndpoints: z.enum(VPC_ENDPOINTS).optional().meta({
    description:
      'VPC endpoints that the deployment makes for the function, which may do its own calls through them and nobody anything else: `gateway`, for S3 and DynamoDB, free of charge; `all`, also interface endpoints for Secrets Manager and, at the levels endpoint and check, CloudWatch (monitoring), by the hour and zone. A gateway endpoint takes all traffic of its route tables to S3 and DynamoDB: use subnets of the probes’ own. Default: none.',
  }),
  routeTableIds: ids(
    'Route tables of the subnets, for gateway endpoints. Default: those of the VPC that the property `vantages` of the construct gives.',
  ),
  ipv6: z.boolean().optional().meta({
    description:
      'Lets the function reach IPv6 addresses, in dual-stack subnets; its security groups have to let it out. Default: false.',
  }),
});

export const registryDocument = z
  .strictObject({
    version: z.literal(1).meta({ description: 'The version of this format: 1.' }),
    monitor: monitor.optional().meta({ description: 'The monitor itself: what a redeploy must not lose.' }),
    include: distinctOrEmpty(text(/^[^\r\n]{1,4096}$/, 'a path or a pattern such as endpoints.d/*.yaml'))
      .optional()
      .meta({
        description:
          'More files with `endpoints`, `identities` or `trustBundles`, by paths relative to this file; `*` and `?` match names. What they name is unique over all files, their paths are relative to themselves, and `defaults` are those of this file. A path without a file is an error, a pattern without one a warning. Default: none.',
      }),
    schedules: z
      .record(name(), schedule)
      .optional()
      .meta({ description: 'How often each suite runs. Default: one schedule, default.' }),
    defaults: z
      .strictObject({
        ...perEndpoint,
        trustBundle: trustBundleName(),
        admits: distinct(z.string()).optional().meta({
          description: 'Identities that must be accepted where an endpoint names none: the controls. Default: none.',
        }),
        tlsVersions: tlsVersions(),
        owner: owner(),
      })
      .optional()
      .meta({ description: 'What holds where an endpoint does not say.' }),
    trustBundles: z.record(name(), trustBundle).optional().meta({
      description: 'CA certificates that served chains are verified with; public exists without being named.',
    }),
    identities: z
      .record(name(), identity)
      .meta({ description: 'Test client certificates with their private keys, by reference.' }),
    vantages: z
      .record(name(), vantage)
      .optional()
      .meta({ description: 'Where probes start from; default exists without being named.' }),
    sources: z.record(name(), source).optional().meta({
      description:
        'Where a configuration says what is enforced: its checks hold that against what was seen. Default: none.',
    }),
    endpoints: z.array(endpoint).min(1).meta({ description: 'What is probed.' }),
  })
  .meta({
    title: 'mtls-monitor registry',
    // Keys for anchors: their values are read at their aliases.
    patternProperties: { '^x-': {} },
    description: 'What is monitored: endpoints, identities, trust bundles and schedules.',
  });

export type RegistryDocument = z.infer<typeof registryDocument>;
export type EndpointDocument = RegistryDocument['endpoints'][number];

const elsewhere = (field: string) =>
  checked(z.unknown(), () => `${field} stands in the registry itself, not in a file that it includes`).optional();
/** A file that a registry includes; its entries are validated in the whole. */
export const includedDocument = z.strictObject({
  version: z.literal(1).optional(),
  identities: z.record(z.string(), z.unknown()).optional(),
  trustBundles: z.record(z.string(), z.unknown()).optional(),
  endpoints: z.array(z.unknown()).optional(),
  ...{ include: elsewhere('include'), monitor: elsewhere('monitor'), schedules: elsewhere('schedules') },
  ...{ defaults: elsewhere('defaults'), vantages: elsewhere('vantages') },
});
