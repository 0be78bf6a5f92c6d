/** Where a message leads its reader: the endpoint's own runbook, else the monitor's, else the command that prints the same. */
import { describe, expect, test } from 'vitest';
import { notificationSchema } from '../../../shared/model/notification.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { chatMessage } from '../../../shared/publish/chat.ts';
import { composeMessage } from '../../../shared/publish/notification.ts';
import { aGroup, at, NO_ORIGIN } from '../../helpers/transition.ts';

const BASE = 'https://wiki.test/mtls';
const OWN = 'https://wiki.test/payments';
const sent = (transitions: readonly Transition[], runbook: string | null) => {
  const origin = { ...NO_ORIGIN, links: { ...NO_ORIGIN.links, runbook } };
  const { default: document, email } = JSON.parse(composeMessage('id-1', aGroup(transitions), origin).body);
  const { items, links } = notificationSchema.parse(JSON.parse(document));
  return { items: items.map((item) => item.runbook), link: links.runbook, email: email as string };
};

const open = at('payments', 'no-certificate');
const down = { code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN', severity: 'warning' } as const;

test('a message that an older version stored has no links of items, and reaches the chat', () => {
  const { body } = composeMessage('id-1', aGroup([open]), NO_ORIGIN);
  const { default: document, ...others } = JSON.parse(body);
  const older = JSON.parse(document);
  for (const item of older.items) delete item.runbook;
  expect(chatMessage({ body: JSON.stringify({ ...others, default: JSON.stringify(older) }) })).toContain('payments');
});

describe('a message leads to', () => {
  test('the section of each item, and as a whole to that of the worst', () => {
    const { items, link, email } = sent([at('ledger', 'valid-identity', down), open], BASE);
    expect(items).toEqual([`${BASE}#accepted_no_certificate`, `${BASE}#endpoint_down`]);
    expect(link).toBe(items[0]);
    expect(email.match(/Runbook: .*/gu)).toEqual(items.map((each) => `Runbook:    ${each}`));
    expect(email).not.toContain('Explain:');
  });

  test('the endpoint’s own runbook before the monitor’s, for what is open', () => {
    const own = { runbook: OWN };
    expect(sent([{ ...open, ...own }], BASE).link).toBe(`${OWN}#accepted_no_certificate`);
    expect(sent([{ ...open, ...own }], null).link).toBe(`${OWN}#accepted_no_certificate`);
  });

  test.each(['recovery', 'closing'] as const)('the monitor’s section of the kind, for a %s', (kind) => {
    const over = { ...open, kind, runbook: OWN, code: 'ACCEPTED', severity: 'info' } as const;
    expect(sent([over], BASE).link).toBe(`${BASE}#${kind}`);
    const without = sent([over], null);
    expect(without.link).toBeNull();
    expect(without.email).toContain(`Explain:    npx mtls-monitor explain ${kind}\n`);
  });

  test('the command, where the registry names no runbook', () => {
    const { items, link, email } = sent([at('ledger', 'valid-identity', down)], null);
    expect([items, link]).toEqual([[null], null]);
    expect(email).toContain('Explain:    npx mtls-monitor explain ENDPOINT_DOWN\n');
    expect(email).not.toContain('Runbook:');
  });
});
