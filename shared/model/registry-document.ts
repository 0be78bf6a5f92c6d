/** The registry as people write it. One schema validates it, documents it and becomes its JSON Schema. */
import { z } from 'zod';
import { FAULTS, SCENARIO_NAMES, TLS_VERSIONS } from './names.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const name = (what: string) =>
  z.string().regex(NAME, `${what}: lower-case letters, digits and hyphens, not at either end`).max(64);
const duration = (description: string) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration such as 500ms, 10s, 5m, 1h or 30d')
    .meta({ description });
const percent = z.string().regex(/^\d{1,2}(\.\d+)?%$/, 'a percentage below 100 such as 25%');
const interval = z.string().regex(/^\d+(m|h)$/, 'whole minutes or hours, from 1m to 24h, such as 5m');

const secretName = z
  .string()
  .min(1)
  .max(2048)
  .meta({ description: 'A Secrets Manager name in the stack’s account and region, or a full ARN.' });
const secret = z.strictObject({ secret: secretName });
const env = z.strictObject({
  env: z.string().min(1).meta({ description: 'An environment variable (command line only).' }),
});
const file = z.string().min(1).meta({ description: 'A path relative to the registry file, or an absolute one.' });

const status = z
  .array(
    z.union([
      z.number().int().min(100).max(599),
      z.string().regex(/^[1-5]\d\d-[1-5]\d\d$/, 'a status such as 200, or a range such as 200-299'),
    ]),
  )
  .min(1);
const pattern = z.string().min(1).max(1000).meta({ description: 'A regular expression (ECMAScript, flags su).' });

const expiry = z.union([
  z.strictObject({ warn: percent.default('25%'), critical: percent.default('10%') }),
  z.strictObject({
    days: z.strictObject({
      warn: duration('Default: 30d.').default('30d'),
      critical: duration('Default: 7d.').default('7d'),
    }),
  }),
]);

const perEndpoint = {
  schedule: name('schedule').optional().meta({ description: 'A name from `schedules`. Default: default.' }),
  timeout: duration(
    'One probe: connect, handshake and answer, an absolute deadline. From 100ms to 60s. Default: 10s.',
  ).optional(),
  settleAfter: z.number().int().min(1).max(100).optional().meta({
    description:
      'Equal verdicts in a row before an outage or a blind spot is announced. A forbidden acceptance never waits. Default: 2.',
  }),
  remindAfter: duration('An open finding is announced again after this long. Default: 24h.').optional(),
  expiry: expiry.optional().meta({
    description:
      'How near a served certificate’s end is announced: a share of its lifetime, capped at 30d (warn) and 7d (critical), or fixed times under `days`. Default: 25% and 10%.',
  }),
  limits: z
    .strictObject({
      perAddress: z
        .number()
        .int()
        .min(1)
        .max(64)
        .default(4)
        .meta({ description: 'Connections at a time to one address. Default: 4.' }),
    })
    .optional(),
};

const schedule = z.strictObject({
  enforcement: interval.default('5m'),
  isolation: interval.default('1h'),
  certificates: interval.default('1h'),
});

const trustBundle = z.union([
  z.strictObject({ secret: secretName }),
  z.strictObject({ file }),
  z.strictObject({ system: z.literal(true).meta({ description: 'The public CAs that the runtime ships.' }) }),
]);

const identityFields = {
  passphrase: z.union([secret, env]).optional().meta({ description: 'Of an encrypted private key.' }),
  principal: z.string().min(1).max(2048).optional().meta({
    description:
      'The name a relying party should derive from it. Two identities with the same principal are never tested against each other.',
  }),
  fault: z.enum(FAULTS).optional().meta({
    description:
      'Why it must be refused everywhere. Verified locally before use; never a control and never part of isolation.',
  }),
};
const identity = z.union([
  z.strictObject({ secret: secretName, ...identityFields }),
  z.strictObject({ certificate: file, privateKey: file, ...identityFields }),
]);

const vantage = z.strictObject({
  vpcId: z.string().optional(),
  availabilityZones: z.array(z.string()).min(1).optional(),
  subnetIds: z.array(z.string()).min(1).optional(),
  securityGroupIds: z.array(z.string()).min(1).optional(),
});

const route = z.strictObject({
  method: z.string().optional(),
  path: z.string().startsWith('/'),
  admits: z.array(z.string()).min(1),
  refuses: z.array(z.string()).optional(),
});

const waiver = z.strictObject({
  scenario: z.enum(SCENARIO_NAMES),
  subject: z.string().optional(),
  route: z.string().optional(),
  until: z.iso.date().meta({ description: 'The last day it holds, UTC, such as 2027-03-31.' }),
  reason: z.string().min(1),
});

const skip = z.strictObject({ scenario: z.enum(SCENARIO_NAMES), reason: z.string().min(1) });

const endpoint = z.strictObject({
  name: name('name').meta({ description: 'Unique; it is in every metric, finding and notification.' }),
  url: z
    .string()
    .min(1)
    .meta({ description: 'https://host[:port]/path; also grpcs, tls, postgres, mqtts and rediss.' }),
  serverName: z.string().min(1).optional().meta({
    description:
      'SNI, and the name the served certificate must carry. Default: the URL’s host. An IP address sends no SNI and is matched against IP SANs.',
  }),
  hostHeader: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Default: serverName, with the port where it is not the scheme’s own.' }),
  serverIdentity: z
    .string()
    .startsWith('spiffe://')
    .optional()
    .meta({ description: 'Checks the URI SAN of the served certificate instead of its DNS name.' }),
  trustBundle: z.string().optional().meta({ description: 'A name from `trustBundles`. Default: public.' }),
  admits: z.array(z.string()).min(1).meta({ description: 'Identities that must be accepted: the controls.' }),
  refuses: z.array(z.string()).optional().meta({
    description:
      'Identities that must be refused. Default: every identity without a fault that `admits` does not name and that shares no principal with one it names.',
  }),
  owner: z.string().min(1).max(256).optional().meta({ description: 'Goes into notifications and their attributes.' }),
  from: z.array(z.string()).min(1).optional().meta({ description: 'Vantages. Default: [default].' }),
  addresses: z
    .enum(['first', 'all'])
    .optional()
    .meta({ description: 'Default: first, the first that accepts TCP, kept for the whole run.' }),
  alpn: z.array(z.string()).min(1).optional(),
  http: z
    .strictObject({
      version: z
        .union([z.literal(1), z.literal(2)])
        .optional()
        .meta({ description: 'Default: 1.' }),
      method: z
        .string()
        .regex(/^[A-Z]+$/, 'a method in capitals such as GET')
        .optional()
        .meta({ description: 'Default: GET.' }),
      headers: z.record(z.string(), z.union([z.string(), secret, env])).optional(),
      body: z.string().max(65_536).optional(),
    })
    .optional(),
  accepts: z
    .strictObject({ status: status.optional(), body: pattern.optional() })
    .optional()
    .meta({ description: 'What the control must answer. Default: status 200-399, no body pattern.' }),
  rejects: z
    .strictObject({
      status: status.optional(),
      body: pattern.optional(),
      silence: z
        .boolean()
        .optional()
        .meta({ description: 'No answer within the timeout is a refusal. Default: false, inconclusive.' }),
    })
    .optional()
    .meta({ description: 'A refusal by the application. Default: status 400, 401, 403, 421, 495, 496.' }),
  tlsVersions: z
    .array(z.enum(TLS_VERSIONS))
    .min(1)
    .optional()
    .meta({ description: 'Each scenario once per version. Default: whatever is negotiated, once.' }),
  routes: z.array(route).min(1).optional(),
  bypasses: z.array(z.string()).min(1).optional(),
  waivers: z.array(waiver).optional(),
  skip: z.array(skip).optional(),
  tls: z
    .strictObject({
      window: duration('How long a connection must stay open.').optional(),
      send: z.string().optional(),
      expect: pattern.optional(),
    })
    .optional(),
  ...perEndpoint,
});

export const registryDocument = z
  .strictObject({
    version: z.literal(1),
    schedules: z.record(name('schedule'), schedule).optional(),
    defaults: z.strictObject(perEndpoint).optional(),
    trustBundles: z.record(name('trust bundle'), trustBundle).optional(),
    identities: z.record(name('identity'), identity),
    vantages: z.record(name('vantage'), vantage).optional(),
    endpoints: z.array(endpoint).min(1),
  })
  .meta({
    title: 'mtls-monitor registry',
    description: 'What is monitored: endpoints, identities, trust bundles and schedules.',
  });

export type RegistryDocument = z.infer<typeof registryDocument>;
