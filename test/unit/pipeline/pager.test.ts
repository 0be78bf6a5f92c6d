/** The consumer of docs/paging.md: thirty lines that keep tickets by the key of their incident. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { NotificationKind, Severity } from '../../../shared/model/names.ts';
import { SUITES } from '../../../shared/model/names.ts';
import { notificationSchema } from '../../../shared/model/notification.ts';
import type { OutgoingMessage } from '../../../shared/pipeline/ports.ts';
import { incidentWorld } from '../../helpers/incident-world.ts';

type Ticket = { readonly title: string; readonly severity: Severity; readonly endpoints: readonly string[] };

const OPENS: readonly NotificationKind[] = ['regression', 'blind', 'expiry', 'flapping'];
const ENDS: readonly NotificationKind[] = ['recovery', 'closing'];

/** Takes the messages of the topic, some of them twice. */
const aPager = () => {
  const open = new Map<string, Ticket>();
  const ended: string[] = [];
  const seen = new Set<string>();
  return {
    open,
    ended,
    take: ({ body }: Pick<OutgoingMessage, 'body'>): void => {
      const { id, kind, title, items } = notificationSchema.parse(JSON.parse(JSON.parse(body).default));
      if (seen.has(id)) return;
      seen.add(id);
      for (const { incident, severity, endpoints } of items) {
        if (incident == null) continue;
        if (OPENS.includes(kind)) open.set(incident.key, { title, severity, endpoints });
        if (ENDS.includes(kind) && open.delete(incident.key)) ended.push(incident.key);
      }
    },
  };
};

/** The filter policy that docs/paging.md subscribes a pager with: an attribute has one of the values, in each of its lines. */
const page = readFileSync(join(import.meta.dirname, '../../../docs/paging.md'), 'utf8');
const attributes = JSON.parse(/--attributes '(.*)'/.exec(page)?.[1] ?? '{}');
const policy = z.record(z.string(), z.array(z.string())).parse(JSON.parse(attributes.FilterPolicy));
const isLetThrough = (message: OutgoingMessage): boolean =>
  Object.entries(policy).every(([name, values]) => values.includes(message.attributes[name]?.value ?? ''));

describe('a pager that keeps tickets by incident', () => {
  test('on criticals only, by the filter of the page: a critical has its ticket, and its end closes it', async () => {
    const world = incidentWorld(['a', 'b']);
    const pager = aPager();
    const hear = () => {
      for (const message of world.sent.filter(isLetThrough)) pager.take(message);
      return [...pager.open.values()].map(({ severity, endpoints }) => `${severity} ${endpoints.join(' ')}`);
    };
    const pass = async () => {
      for (const suite of SUITES) for (let times = 0; times < 2; times += 1) await world.run(suite);
    };
    world.faults.get('a')?.add('down');
    await pass();
    expect(world.sent).not.toEqual([]);
    expect(hear()).toEqual([]);
    world.faults.get('b')?.add('open');
    await pass();
    expect(hear()).toEqual(['critical b']);
    for (const faults of world.faults.values()) faults.clear();
    await pass();
    expect(hear()).toEqual([]);
    expect(pager.ended).toHaveLength(1);
  });

  test('has one for each incident while it is open, and none once all is right', async () => {
    const world = incidentWorld(['a', 'b', 'c']);
    const pager = aPager();
    const hear = () => {
      for (const message of world.sent) pager.take(message);
      return [...pager.open.values()].map(({ severity, endpoints }) => `${severity} ${endpoints.join(' ')}`).toSorted();
    };
    const pass = async () => {
      for (const suite of SUITES) for (let times = 0; times < 2; times += 1) await world.run(suite);
    };
    world.faults.get('a')?.add('down');
    world.faults.get('b')?.add('down');
    await pass();
    expect(hear()).toEqual(['warning a b']);

    world.faults.get('c')?.add('open');
    await pass();
    expect(hear()).toEqual(['critical c', 'warning a b']);

    world.faults.get('a')?.clear();
    world.faults.get('c')?.clear();
    await pass();
    expect(hear()).toEqual(['warning a b']);

    world.faults.get('b')?.clear();
    await pass();
    expect(hear()).toEqual([]);
    expect(pager.ended).toHaveLength(2);
  });
});
