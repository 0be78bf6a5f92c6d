/** The schema of one endpoint in the registry file. */
import { z } from 'zod';
import { CAUSES, SCENARIO_NAMES, TLS_VERSIONS } from '../model/names.ts';
import { PLATFORM_NAMES } from '../model/platforms.ts';
import {
  checked,
  distinct,
  distinctOrEmpty,
  duration,
  expiry,
  name,
  owner,
  runbook,
  serverName,
  text,
} from '../model/registry-fields.ts';
import { DAY, MINUTE, SECOND } from '../model/time.ts';
import { URL_DESCRIPTION } from '../protocol/protocols.ts';
import { SCENARIOS } from '../scenario/catalogue.ts';
import { accepts, http, rejects } from './http-document.ts';
import { protocolFields } from './protocol-fields.ts';
import { calledIn } from './source-document.ts';
import { bypassUrl, url } from './url-fields.ts';

/** Fields that may stand in `defaults`, for all endpoints, and in each endpoint. */
export const perEndpoint = {
  schedule: z.string().optional().meta({ description: 'A name from `schedules`. Default: default.' }),
  timeout: duration(
    100,
    60 * SECOND,
    'a timeout from 100ms to 60s',
    'One probe: connect, handshake and answer, an absolute deadline. From 100ms to 60s. Default: 10s.',
  ).optional(),
  settleAfter: z.number().int().min(1).max(100).optional().meta({
    description:
      'Equal verdicts in a row before an outage or a blind spot is announced; one that comes and goes is announced once it is frequent. A forbidden acceptance never waits. Default: 2.',
  }),
  remindAfter: duration(
    MINUTE,
    365 * DAY,
    'a time from 1m to 365d',
    'An open finding is announced again after this long, except for what ends soon. Default: 24h.',
  ).optional(),
  expiry: expiry().optional().meta({
    description: 'How near a certificate’s end is announced. Default: warn at 25%, critical at 10% of its lifetime.',
  }),
  limits: z
    .strictObject({
      perAddress: z.number().int().min(1).max(64).default(4).meta({
        description:
          'Connections at a time to one address. Those that wait in silence do not count, as long as a control is served beside them.',
      }),
      perSecond: z.number().min(0.1).max(1000).optional().meta({
        description: 'Connections a second to one address, for a gateway that limits rates. Default: no limit.',
      }),
    })
    .optional()
    .meta({ description: 'Limits of the connections to one address.' }),
  platform: z
    .enum(PLATFORM_NAMES)
    .optional()
    .meta({ description: 'The kind of server, whose cures are shown. Default: recognised from what it answers.' }),
  runbook: runbook('that of `monitor`'),
};

export const trustBundleName = () =>
  z.string().optional().meta({ description: 'A name from `trustBundles`. Default: public.' });
export const tlsVersions = () =>
  distinct(z.enum(TLS_VERSIONS))
    .optional()
    .meta({ description: 'Each scenario once per version. Default: whatever is negotiated, once.' });

const names = () => distinct(z.string());
const route = z.strictObject({
  method: text(/^[A-Z]{1,20}$/, 'a method in capitals such as GET')
    .optional()
    .meta({ description: 'The request’s method. Default: GET.' }),
  path: text(/^\/[\x21-\x7e]*$/, 'a path such as /v1/audit').meta({ description: 'Path and query.' }),
  admits: names().meta({ description: 'Identities that must be accepted there.' }),
  refuses: distinctOrEmpty(z.string())
    .optional()
    .meta({ description: 'Identities that must be refused there. Default: as for the endpoint.' }),
});

const scenario = () => z.enum(SCENARIO_NAMES).meta({ description: 'A scenario’s name.' });
const reason = () => z.string().min(1).max(1000).meta({ description: 'Why; shown in the report.' });
const waiverFields = z.strictObject({
  scenario: scenario()
    .optional()
    .meta({ description: 'The scenario that is waived, unless `cause` is. Default: none.' }),
  cause: z
    .enum(CAUSES)
    .optional()
    .meta({ description: 'A cause, in place of a scenario: it covers its echoes. Default: none.' }),
  subject: z
    .string()
    .optional()
    .meta({ description: 'Only the check of this identity. Default: every check of the scenario.' }),
  route: z.string().optional().meta({ description: 'Only at this route. Default: not at a route.' }),
  until: z.iso
    .date({ error: 'a date such as 2027-03-31' })
    .meta({ description: 'The last day it holds, UTC, such as 2027-03-31.' }),
  reason: reason(),
});
const waiver = checked(waiverFields, ({ scenario, cause, subject }) => {
  if ((scenario === undefined) === (cause === undefined)) return 'expected a scenario or a cause, and not both';
  return cause === undefined || subject === undefined ? null : 'a subject belongs to a scenario, not to a cause';
});

const OWN_CHECKS: readonly string[] = SCENARIOS.filter(({ column }) => column === null).map((each) => each.name);

export const endpoint = z.strictObject({
  name: checked(name(), (value) =>
    OWN_CHECKS.includes(value) ? `${value} is the name of a scenario’s own checks` : null,
  ).meta({
    description: 'Unique; it is in every metric, finding and notification.',
  }),
  url: url(URL_DESCRIPTION),
  serverName: serverName().optional().meta({
    description:
      'SNI, and the name the served certificate must carry. An IP address sends no SNI and is matched against IP SANs. Default: the URL’s host.',
  }),
  hostHeader: text(/^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/, 'host or host:port')
    .max(260)
    .optional()
    .meta({ description: 'The Host header. Default: serverName, with the port where it is not the scheme’s own.' }),
  serverIdentity: text(
    /^spiffe:\/\/[a-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/,
    'a SPIFFE ID such as spiffe://corp.example/ns/prod/sa/ledger',
  )
    .max(2048)
    .optional()
    .meta({ description: 'Checks the URI SAN of the served certificate instead of its name. Default: none.' }),
  trustBundle: trustBundleName(),
  admits: names().optional().meta({
    description:
      'Identities that must be accepted: the controls. Default: those of `defaults`; without these it is needed.',
  }),
  refuses: distinctOrEmpty(z.string()).optional().meta({
    description:
      'Identities that must be refused. Default: every identity without a fault that `admits` does not name and that shares no principal with one it names.',
  }),
  owner: owner(),
  from: names().optional().meta({
    description:
      'Vantages that probe it, each by itself: state, metrics and notifications name the vantage. Default: the vantage default.',
  }),
  addresses: z.enum(['first', 'all', 'each']).optional().meta({
    description:
      'All of the name’s addresses one by one (each: and each may serve a certificate of its own), or the first that accepts TCP, kept for the whole run. Default: first.',
  }),
  alpn: distinct(z.string().min(1).max(255))
    .optional()
    .meta({ description: 'ALPN protocols to offer. Default: the protocol’s own.' }),
  http: http.optional().meta({ description: 'The request that is sent.' }),
  accepts: accepts.optional().meta({ description: 'What the control must answer.' }),
  rejects: rejects.optional().meta({ description: 'A refusal by the application.' }),
  tlsVersions: tlsVersions(),
  routes: z
    .array(route)
    .min(1)
    .optional()
    .meta({ description: 'Authorization per request, on top of admits and refuses. Default: none.' }),
  bypasses: distinct(bypassUrl('Another way in: https://…, or http://… for a port without TLS.'))
    .optional()
    .meta({ description: 'URLs of other ways in, which must all refuse (https:// endpoints only). Default: none.' }),
  waivers: z.array(waiver).optional().meta({
    description: 'Known gaps: still probed and measured, not announced until the date is over. Default: none.',
  }),
  skip: z
    .array(z.strictObject({ scenario: scenario(), reason: reason() }))
    .optional()
    .meta({ description: 'What does not apply here, by design: no check. Default: none.' }),
  sources: calledIn().optional().meta({
    description:
      'By source: what the endpoint is called there, such as `{ mesh: payments/checkout }`; for an `opa`, the `host` that it is asked about. Default: what has its host and port; an `opa` is not asked.',
  }),
  ...protocolFields,
  ...perEndpoint,
});
