/** Results of one run after the other, given by hand, and what the reports tell of them: real state, real decisions, real messages. */
import { deflateRawSync } from 'node:zlib';
import { INCIDENTS } from '../../shared/model/incident.ts';
import type { Suite } from '../../shared/model/names.ts';
import { notificationSchema } from '../../shared/model/notification.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import { DAY, type Instant, type Milliseconds } from '../../shared/model/time.ts';
import { type AnnouncePorts, announce } from '../../shared/pipeline/announce/announce.ts';
import { recordResults } from '../../shared/pipeline/announce/record-results.ts';
import { ItemTooLarge, type OutgoingMessage } from '../../shared/pipeline/ports.ts';
import type { Update } from '../../shared/regression/update.ts';
import { startOf } from './judged.ts';
import { memoryMessageStore, memoryStateStore } from './memory-store.ts';
import { NO_ORIGIN } from './transition.ts';

export type Seen = {
  readonly results: readonly CheckResult[];
  /** Default: `endpoint/<endpoint of the first result>/default/enforcement`. */
  readonly key?: string;
  readonly suite?: Suite;
  readonly vantage?: string;
  readonly owner?: string | null;
  /** What is served and named. Default: nothing is known. */
  readonly served?: Partial<Pick<Update, 'leaves' | 'strange' | 'acceptableCas'>>;
  /** Default: the checks that have results. */
  readonly plannedIds?: readonly string[];
};

/** `room`: bytes that the record of the incidents may have when it is deflated. */
export const desk = (remindAfter: Milliseconds = DAY, room: number = 400 * 1024 - 4096) => {
  const memory = memoryStateStore();
  const store: typeof memory = {
    ...memory,
    write: async (item, expected) => {
      const size = item.key === INCIDENTS ? deflateRawSync(JSON.stringify(item)).length : 0;
      if (size > room) throw new ItemTooLarge(`${item.key} has ${size} bytes.`);
      return memory.write(item, expected);
    },
  };
  const messages = memoryMessageStore();
  const sent: OutgoingMessage[] = [];
  let [runs, now] = [0, startOf(1)];
  const ports: AnnouncePorts = {
    ...{ store, messages, settings: { remindAfter }, clock: () => now },
    publish: async (message) => {
      sent.push(message);
    },
  };
  const write = async (
    { results, suite = 'enforcement', vantage = 'default', owner = 'team-a', ...own }: Seen,
    run: { readonly id: string; readonly startedAt: Instant },
  ): Promise<string> => {
    const key = own.key ?? `endpoint/${results[0]?.endpoint}/${vantage}/${suite}`;
    const plannedIds = own.plannedIds ?? results.map(({ id }) => id);
    const settings = { settleAfter: 2, remindAfter };
    const seen = results.map((result) => ({ ...result, vantage }));
    await recordResults(store, {
      key,
      suite,
      results: seen,
      plannedIds,
      closes: true,
      leaves: {},
      owner,
      run,
      settings,
      ...own.served,
    });
    return key;
  };
  /** One run, and the report of whoever makes it. Returns what failed. */
  const runWith = async (
    report: (ports: AnnouncePorts) => AnnouncePorts,
    ...items: readonly Seen[]
  ): Promise<readonly string[]> => {
    runs += 1;
    now += startOf(1);
    const run = { id: `run-${runs}`, startedAt: now };
    const keys: string[] = [];
    for (const item of items) keys.push(await write(item, run));
    const done = await announce(report(ports), keys, run, NO_ORIGIN).catch((error: Error) => ({
      failures: [error.message],
    }));
    return done.failures;
  };
  return {
    ...{ store, messages, sent, ports, runWith },
    /** One run, and its report, which must not fail. */
    run: async (...items: readonly Seen[]): Promise<void> => {
      const failures = await runWith((same) => same, ...items);
      if (failures.length > 0) throw new Error(failures.join(' '));
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
