import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../functions/cli/render/html/page.ts';
import { renderText } from '../../../functions/cli/render/report-text.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { ShownSilence } from '../../../shared/model/silence.ts';
import { silenceOver } from '../../../shared/overview/silenced.ts';
import { open, pass } from '../../helpers/judged.ts';
import { aReport, textOf } from '../../helpers/report.ts';

const UNTIL = { until: '2026-12-04T23:00:00.000Z', reason: 'renewal', by: 'ada', incidents: 1 } as const;
const silence = (own: Partial<ShownSilence>): ShownSilence => ({ id: 's1', ...UNTIL, ...own });
const finding: Parameters<typeof silenceOver>[1] = {
  ...{ endpoints: ['payments', 'orders'], owners: ['team'] },
  ...({ code: 'UNREACHABLE', cause: 'ENDPOINT_DOWN' } as const),
};
const isCovered = (own: Partial<ShownSilence>): boolean => silenceOver([silence(own)], finding) !== null;

describe('a silence covers a finding', () => {
  test('where all that it names is all of the finding', () => {
    expect(isCovered({ cause: 'ENDPOINT_DOWN' })).toBe(true);
    expect(isCovered({ cause: 'UNREACHABLE', owner: 'team' })).toBe(true);
    expect(isCovered({ cause: 'CRL_STALE' })).toBe(false);
    expect(isCovered({ owner: 'others' })).toBe(false);
    // The other endpoint is told.
    expect(isCovered({ endpoint: 'payments' })).toBe(false);
  });

  test('of whose incidents it is, an acknowledged one included', () => {
    const keeps = (...endpoints: string[]) => ({
      ...{ incident: 'key', until: null, keeps: [{ topic: 'ENDPOINT_DOWN', endpoints }] },
    });
    expect(isCovered(keeps('orders', 'payments', 'ledger'))).toBe(true);
    expect(isCovered(keeps('orders'))).toBe(false);
    expect(isCovered({ incident: 'key', until: null })).toBe(false);
  });
});

describe('a report with silences', () => {
  const silenced = (...silences: ShownSilence[]): ReportInParts => {
    const report = aReport([pass(), open()]);
    return { ...report, summary: { ...report.summary, silences } };
  };
  const [{ endpoint } = open()] = [open()];
  const hostile = silence({ endpoint: endpoint ?? '', reason: '<b>renewal</b>' });

  test('the text says what, until when, why and by whom, and marks the finding; the verdict stays', () => {
    const text = textOf(renderText(silenced(hostile), pc.createColors(false)));
    expect(text).toContain(`Silenced: endpoint ${endpoint}, until 2026-12-04 23:00 UTC: <b>renewal</b> (by ada)`);
    expect(text).toContain('silent until 2026-12-04 23:00 UTC: <b>renewal</b> (by ada)');
    expect(text).toContain('1 fail');
    expect(textOf(renderText(aReport([open()]), pc.createColors(false)))).not.toMatch(/[Ss]ilen/);
  });

  test('the page says the same, and nothing in it becomes markup', () => {
    const page = textOf(renderHtml(silenced(hostile)));
    expect(page).toContain('id="silences"');
    expect(page.match(/&lt;b&gt;renewal&lt;\/b&gt; \(by ada\)/g)).toHaveLength(2);
    expect(page).not.toContain('<b>renewal');
    expect(textOf(renderHtml(aReport([open()])))).not.toContain('id="silences"');
  });

  test('an acknowledged incident is known, not silenced', () => {
    const text = textOf(renderText(silenced(silence({ incident: 'key', until: null })), pc.createColors(false)));
    expect(text).toContain('Known: incident key, until it is closed: renewal (by ada)');
  });
});
