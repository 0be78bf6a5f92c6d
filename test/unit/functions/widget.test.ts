import fc from 'fast-check';
import { expect, test } from 'vitest';
import { widgetHtml } from '../../../functions/widget/widget.ts';
import { SECTIONS, viewOf } from '../../../functions/widget/widget-view.ts';
import { fleetReport } from '../../helpers/fleet-report.ts';
import { hostileReport } from '../../helpers/report.ts';
import { anOpenIncident, fleetInput, inputOf, PLACE } from '../../helpers/widget-input.ts';

const NOTHING = { incidents: { open: [] }, silences: [], snapshots: [], problems: [] };
const draw = (input: typeof NOTHING | ReturnType<typeof inputOf>, event: unknown = {}, now = 0): string =>
  widgetHtml(input, viewOf(event), PLACE, now);
/** As a reader sees it. */
const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<cwdb-action.*?<\/cwdb-action>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ');
/** What a click would send, in order. */
const clicks = (html: string): readonly unknown[] =>
  [...html.matchAll(/<cwdb-action [^>]*>(.*?)<\/cwdb-action>/gs)].map(([, json = '']) => JSON.parse(json));

test.each([5, 500, 5000])('%d endpoints fit, on every page of every section', { timeout: 60_000 }, (size) => {
  const { input, now } = fleetInput(size);
  for (const section of SECTIONS)
    for (const page of [0, 1, 1_000])
      expect(Buffer.byteLength(draw(input, { section, page }, now)), `${section} ${page}`).toBeLessThan(100_000);
  expect(Buffer.byteLength(draw(input, { incident: 'k1' }, now))).toBeLessThan(50_000);
  const text = textOf(draw(input, {}, now));
  expect(text).toContain(`${size} endpoints: `);
  expect(text).toContain('Last asked: all suites 4 minutes ago.');
});

test('the worst comes first, what is silenced or known last, and each says so', () => {
  const { input, now } = fleetInput(500);
  const text = textOf(draw(input, {}, now));
  expect(text).toContain('37 incidents open, 13 critical, 2 silenced or acknowledged');
  const rows = textOf(draw(input, { section: 'incidents', page: 1 }, now));
  expect(text.indexOf('critical client certificate optional')).toBeGreaterThan(0);
  expect(rows).toMatch(/Acknowledged by ada : CHG-17/);
  expect(rows).toMatch(/Silenced by ada until 2026-01-03 \d\d:\d\d UTC: the old client moves/);
  expect(rows.trimEnd()).toMatch(/26–39 of 39$/);
});

test('the others are counted, and a click shows them', () => {
  const { input, now } = fleetInput(500);
  const html = draw(input, {}, now);
  expect(textOf(html)).toContain('All 39 the first 8 are shown');
  expect(clicks(html)).toContainEqual({ section: 'grid', page: 0 });
  const second = draw(input, { section: 'grid', page: 1 }, now);
  expect(textOf(second)).toContain('26–50 of 500');
  expect(clicks(second)).toEqual(
    expect.arrayContaining([
      { section: 'grid', page: 0 },
      { section: 'grid', page: 2 },
    ]),
  );
});

test('a click on Why says what it is, what was seen, what to do, and what to paste', () => {
  const { input, now } = fleetInput(8);
  expect(clicks(draw(input, {}, now))[0]).toEqual({ incident: 'k1' });
  const text = textOf(draw(input, { incident: 'k1' }, now));
  for (const part of [
    'client certificate optional: service-1 Open for 2 hours. Runbook',
    'Cure: ',
    'service-1 answered HTTP 200 to a client without a certificate.',
    'curl --cacert ca.pem https://service-1.example.test/',
    'mtls-monitor history service-1/no-certificate --stack MtlsMonitor',
    'mtls-monitor ack k1 --reason "on it" --stack MtlsMonitor',
  ])
    expect(text).toContain(part);
  expect(textOf(draw(input, { endpoint: 'service-2' }, now))).toContain('service-2 is down.');
  expect(textOf(draw(input, { incident: 'gone' }, now))).toContain('This incident is closed by now.');
});

test('of two runs the newer counts for what it asked', () => {
  const before = inputOf(fleetReport(8), []);
  const [old] = before.snapshots;
  const [after] = inputOf(fleetReport(8, true), []).snapshots;
  if (old === undefined || after === undefined) throw new Error('no snapshot');
  const later = { ...after, run: { ...after.run, id: 'later', startedAt: '2026-01-02T00:00:00.000Z' } };
  const text = textOf(draw({ ...before, snapshots: [later, old] }));
  expect(text).toContain('8 endpoints: 0 fail, 0 cannot be told, 0 waived, 8 as they must be.');
  expect(textOf(draw({ ...before, snapshots: [later, old] }, { endpoint: 'service-1' }))).not.toContain(
    'answered HTTP 200',
  );
});

test('it is never blank: no run yet, no state, and what could not be read', () => {
  expect(textOf(draw(NOTHING))).toMatch(
    /No incident is open .*No run has left a result .*start an execution of the state machine/,
  );
  const lost = draw({ ...NOTHING, incidents: null, problems: ['The open incidents cannot be read.'] } as never);
  expect(textOf(lost)).toMatch(/The open incidents cannot be read\. Which incidents are open is not known/);
  expect(textOf(lost)).not.toContain('No incident is open');
});

test('hostile words make no element, no link, and no other call', () => {
  for (const text of [
    '<img src=x onerror=alert(1)>',
    '"></cwdb-action><a href="https://evil.test">',
    '</style><script>',
    '\u202e&quot;',
  ]) {
    const incident = anOpenIncident({ key: text, check: text, owners: [text], endpoints: [text] });
    const input = inputOf(hostileReport(text), [{ ...incident, thing: { kind: 'identity', name: text } }]);
    for (const event of [
      {},
      { incident: text },
      { endpoint: text },
      { section: text, page: text, widgetContext: text },
    ]) {
      const html = draw(input, event);
      expect(html).not.toMatch(/<(img|script|iframe|form)|href="https:\/\/evil/);
      expect(
        [...html.matchAll(/href="([^"]*)"/g)].every(([, url = '']) => url.startsWith('https://wiki.test/mtls')),
      ).toBe(true);
    }
    expect(clicks(draw(input))[0]).toEqual({ incident: text });
  }
});

test('a CA that several endpoints trust is called by its label', () => {
  const thing = { kind: 'ca', name: 'a1b2c3', label: 'Corp Root' } as const;
  const html = draw(inputOf(hostileReport('payments'), [{ ...anOpenIncident(), thing }]));
  expect(html).toContain(': CA Corp Root');
  expect(html).not.toContain('a1b2c3');
});

test('any event is answered', () => {
  fc.assert(fc.property(fc.jsonValue(), (event) => draw(NOTHING, event).includes('class="mm"')));
});

test('the theme is the console’s', () => {
  const light = draw(NOTHING, { widgetContext: { theme: 'light' } });
  expect(draw(NOTHING, { widgetContext: { theme: 'dark' } })).not.toBe(light);
  expect(draw(NOTHING)).toBe(light);
});
