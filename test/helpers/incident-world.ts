/** Endpoints with faults, the suites that see them, and the reports that tell of them: real state, real decisions, real messages. */
import type { Cause, Code, ScenarioName, Suite } from '../../shared/model/names.ts';
import { notificationSchema } from '../../shared/model/notification.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import { SILENCES, type Silence } from '../../shared/model/silence.ts';
import { DAY, iso, type Milliseconds } from '../../shared/model/time.ts';
import { type AnnouncePorts, announce } from '../../shared/pipeline/announce/announce.ts';
import { recordResults } from '../../shared/pipeline/announce/record-results.ts';
import type { OutgoingMessage } from '../../shared/pipeline/ports.ts';
import { fail, pass, startOf, unsure } from './judged.ts';
import { memoryMessageStore, memoryStateStore } from './memory-store.ts';
import { NO_ORIGIN } from './transition.ts';

/** `ending`, `ended`: one certificate, which every endpoint with the fault serves. */
export const WORLD_FAULTS = [
  'down',
  'refused',
  'open',
  'unverified',
  'foreign',
  'weak',
  'expiring',
  'ended',
  'ending',
] as const;
export type WorldFault = (typeof WORLD_FAULTS)[number];

const CHECKS: Readonly<Record<Suite, readonly ScenarioName[]>> = {
  // `resumption` has a result only while the endpoint is down: otherwise no other endpoint gives a session to present.
  enforcement: ['valid-identity', 'no-certificate', 'untrusted-issuer', 'resumption'],
  isolation: ['foreign-identity'],
  certificates: ['served-certificate'],
};

type Seen = Pick<CheckResult, 'ends'> & {
  readonly code: Code;
  readonly cause: Cause | null;
  readonly blind?: true;
  readonly warning?: true;
};

/** Later than any step of the ladder. */
const ends = { at: iso(40 * DAY), certificate: 'c0ffee' };

const OPEN: Readonly<Record<Exclude<WorldFault, 'down' | 'refused'>, Partial<Record<ScenarioName, Seen>>>> = {
  open: { 'no-certificate': { code: 'ACCEPTED_NO_CERTIFICATE', cause: 'CLIENT_CERTIFICATE_OPTIONAL' } },
  unverified: {
    'untrusted-issuer': { code: 'ACCEPTED_UNTRUSTED_ISSUER', cause: 'ASKS_BUT_DOES_NOT_VERIFY' },
    'foreign-identity': { code: 'ACCEPTED_FOREIGN_IDENTITY', cause: 'ANY_IDENTITY_ACCEPTED' },
  },
  foreign: { 'foreign-identity': { code: 'ACCEPTED_FOREIGN_IDENTITY', cause: 'ANY_IDENTITY_ACCEPTED' } },
  weak: { 'served-certificate': { code: 'SERVED_KEY_WEAK', cause: null, warning: true } },
  expiring: { 'served-certificate': { code: 'SERVED_CHAIN_EXPIRES_SOON', cause: null, warning: true } },
  ended: { 'served-certificate': { code: 'SERVED_CHAIN_EXPIRED', cause: null, ends } },
  ending: { 'served-certificate': { code: 'SERVED_CHAIN_EXPIRES_SOON', cause: null, warning: true, ends } },
};

const seenOf = (faults: ReadonlySet<WorldFault>, scenario: ScenarioName): Seen | null => {
  if (faults.has('down')) return { code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN', blind: true };
  for (const fault of WORLD_FAULTS) {
    if (fault === 'down' || fault === 'refused' || !faults.has(fault)) continue;
    const seen = OPEN[fault][scenario];
    if (seen !== undefined) return seen;
  }
  if (!faults.has('refused')) return null;
  if (scenario === 'valid-identity') return { code: 'CONTROL_REJECTED', cause: 'CONTROL_REFUSED' };
  if (scenario === 'served-certificate') return null;
  return { code: 'CONTROL_NOT_ACCEPTED', cause: 'CONTROL_REFUSED', blind: true };
};

const resultOf = (endpoint: string, scenario: ScenarioName, faults: ReadonlySet<WorldFault>): CheckResult => {
  const subject = scenario === 'valid-identity' ? 'checkout' : scenario === 'foreign-identity' ? 'orders' : null;
  const own = {
    endpoint,
    scenario,
    subject,
    id: [endpoint, scenario, ...(subject === null ? [] : [subject])].join('/'),
  };
  const seen = seenOf(faults, scenario);
  if (seen === null) return pass(own);
  const { code, cause, blind, warning, ...date } = seen;
  if (blind) return unsure(code, { ...own, cause });
  return fail(code, { ...own, ...date, cause, ...(warning && { severity: 'warning' as const }) });
};

export const incidentWorld = (endpoints: readonly string[], remindAfter: Milliseconds = DAY) => {
  const store = memoryStateStore();
  const messages = memoryMessageStore();
  const sent: OutgoingMessage[] = [];
  const faults = new Map(endpoints.map((name) => [name, new Set<WorldFault>()]));
  let [runs, now] = [0, startOf(1)];
  const ports: AnnouncePorts = {
    ...{ store, messages, settings: { remindAfter }, clock: () => now },
    publish: async (message) => {
      sent.push(message);
    },
  };
  const write = async (endpoint: string, suite: Suite, run: { id: string; startedAt: number }): Promise<string> => {
    const own = faults.get(endpoint) ?? new Set();
    const planned = CHECKS[suite].map((scenario) => resultOf(endpoint, scenario, own));
    const applies = ({ scenario }: CheckResult) => scenario !== 'resumption' || own.has('down');
    const results = planned.filter(applies);
    const without = planned.filter((check) => !applies(check)).map((check) => ({ ...check, endpoint }));
    const key = `endpoint/${endpoint}/default/${suite}`;
    const settings = { settleAfter: 2, remindAfter };
    const common = {
      key,
      suite,
      results,
      without,
      plannedIds: planned.map(({ id }) => id),
      leaves: {},
      owner: 'team-a',
    };
    await recordResults(store, { ...common, run, settings });
    return key;
  };
  return {
    ...{ store, messages, sent, faults, ports },
    /** One run of a suite, and the report of whoever makes it. Later runs start later. */
    run: async (suite: Suite, report: (ports: AnnouncePorts) => AnnouncePorts = (same) => same): Promise<void> => {
      runs += 1;
      now += startOf(1);
      const run = { id: `run-${runs}`, startedAt: now };
      const keys: string[] = [];
      for (const endpoint of endpoints) keys.push(await write(endpoint, suite, run));
      await announce(report(ports), keys, run, NO_ORIGIN).catch(() => null);
    },
    now: () => now,
    /** Replaces the silences, as the command does. */
    silence: async (silences: readonly Silence[]): Promise<void> => {
      const version = (await store.read(SILENCES))?.version ?? 0;
      await store.write({ key: SILENCES, suite: null, checks: {}, chains: {}, due: [], silences }, version);
    },
    /** What was told, each message once, in order. */
    told: () =>
      [...new Map(sent.map((message) => [message.id, message])).values()].flatMap(({ body }) => {
        const { kind, runId, items } = notificationSchema.parse(JSON.parse(JSON.parse(body).default));
        return items.map((item) => ({ kind, runId, ...item }));
      }),
    board: () => store.items.get('incidents')?.value.incidents ?? { open: [], closed: [] },
  };
};
