import { expect, test } from 'vitest';
import { readWidget, type WidgetSources } from '../../../functions/widget/sources.ts';
import { anOpenIncident } from '../../helpers/widget-input.ts';

const stored = (
  items: Readonly<Record<string, unknown>>,
  snapshots: WidgetSources['snapshots']['all'] = async () => [],
) =>
  ({
    state: { read: async (key: string) => (key in items ? { value: { key, ...(items[key] as object) } } : null) },
    snapshots: { all: snapshots },
  }) as unknown as WidgetSources;

test('a state that has nothing is a state where nothing is open', async () => {
  expect(await readWidget(stored({}))).toEqual({ incidents: { open: [] }, silences: [], snapshots: [], problems: [] });
});

test('a damaged record is not taken for one where nothing is open', async () => {
  for (const open of ['?', [null], [{ ...anOpenIncident(), endpoints: 'payments' }]]) {
    const { incidents, problems } = await readWidget(stored({ incidents: { incidents: { open } } }));
    expect([incidents, problems]).toEqual([null, [expect.stringContaining('the record is damaged')]]);
  }
});

test('what cannot be read is said, and the rest is shown', async () => {
  const sources = stored({ incidents: { incidents: { open: [anOpenIncident()] } } }, async () => {
    throw new Error('Access Denied');
  });
  const { incidents, problems } = await readWidget(sources);
  expect([incidents?.open.length, problems]).toEqual([
    1,
    [expect.stringContaining('(Access Denied): mtls-monitor last')],
  ]);
  const damaged = await readWidget(stored({}, async () => [null]));
  expect([damaged.snapshots, damaged.problems]).toEqual([[], [expect.stringContaining('damaged')]]);
});
