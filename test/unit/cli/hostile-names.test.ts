/** Hostile names in the exports of a cluster and of an account: whatever form the judges’ results have, nothing breaks out of its line, element or cell. */
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { FORMATS, type Format, render } from '../../../functions/cli/forms.ts';
import { readSource } from '../../../shared/claims/read-source.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { composeMessage } from '../../../shared/publish/notification.ts';
import { judgeConfigured } from '../../../shared/verdict/configured/configured-checks.ts';
import { heldSources } from '../../../shared/verdict/configured/held-sources.ts';
import { judgeSource } from '../../../shared/verdict/configured/judge-source.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { HOSTILE_NAMES, hostileExports, MOVING } from '../../helpers/exports/hostile-exports.ts';
import { aReport, textOf } from '../../helpers/report.ts';
import { aGroup, aTransition, NO_ORIGIN } from '../../helpers/transition.ts';

const NOW = Date.UTC(2026, 11, 1);
const TAME = HOSTILE_NAMES.map((_, index) => `tame-${index}`);
/** What mail and chat programs make links, mentions or markup of. */
const LIVE = /\]\(|<|>|`|@|https?:|evil\.example|\*bold\*/;
const SOURCE = { ignore: [], maxAge: DAY, from: { kind: 'files', files: [] } } as const;
const NAMES = { subject: 'CN=checkout', dnsNames: [], uris: [], sha256: 'ab' };

/** Of every endpoint that the exports name, as the registry calls them, and of the sources themselves. */
const judgedOf = (texts: readonly string[]): readonly CheckResult[] => {
  const exported = hostileExports(texts);
  const readings = [exported.slice(0, 1), exported.slice(1), [{ name: texts[7] ?? '', text: `{"${texts[0]}` }]].map(
    (each, index) => {
      const name = `source-${index}`;
      return {
        source: { ...SOURCE, name },
        reading: readSource(each, { source: name, readAt: NOW, now: NOW }),
        reason: null,
      };
    },
  );
  const unread = { source: { ...SOURCE, name: 'unread' }, reading: null, reason: 'the source is not there' };
  const endpoints = readings.flatMap(({ source, reading }) =>
    [...new Set(reading.claims.map(({ endpoint }) => endpoint.name))].map((called, index) =>
      anEndpoint({ name: `${source.name}-${index}`, sources: { [source.name]: called } }),
    ),
  );
  const judged = endpoints.flatMap((endpoint) => {
    const { covered } = heldSources([endpoint], readings);
    const own = new Map((covered[endpoint.name] ?? []).map((each) => [each.source, each]));
    const { checks } = planEndpoint(endpoint, {}, ['enforcement', 'isolation']);
    return judgeConfigured(checks, own, {
      ...{ endpoint, results: [], servedChains: [], now: NOW, vantage: 'default' },
      ...{ names: new Map([['checkout', NAMES]]), trust: { issuers: new Map() } },
    });
  });
  const { states } = heldSources([], [...readings, unread]);
  const check = { ...{ endpoint: null, scenario: 'source-health' as const }, presented: null } as const;
  const sources = states.map((state) =>
    judgeSource(
      { ...check, id: `source-health/${state.source}`, subject: state.source } as never,
      state,
      'default',
      NOW,
    ),
  );
  return [...judged, ...sources];
};

describe('what the judges say of them', () => {
  const hostile = judgedOf(HOSTILE_NAMES);
  const tame = judgedOf(TAME);
  const rendered = (format: Format, checks: readonly CheckResult[]) =>
    textOf(render(format, aReport(checks), { colors: pc.createColors(false), advanced: null, verbose: true }));

  test('is of them: findings of endpoints, of certificates and of sources', () => {
    expect(hostile.length).toBeGreaterThan(4 * HOSTILE_NAMES.length);
    const codes = new Set(hostile.map(({ code }) => code));
    expect([...codes]).toEqual(expect.arrayContaining(['SOURCE_UNREADABLE', 'ENDPOINT_UNWATCHED']));
    expect(hostile.filter(({ message }) => /alert\(1\)/.test(message)).length).toBeGreaterThan(2);
  });

  test('makes no message that a mail or chat program acts on', () => {
    for (const { message, thing } of hostile) {
      expect(message).not.toMatch(LIVE);
      expect(thing?.kind === 'configuration' ? thing.label : '').not.toMatch(LIVE);
    }
  });

  test.each(FORMATS)('%s: nothing moves a cursor or hides text', (format) => {
    for (const line of rendered(format, hostile).split('\n')) expect(line).not.toMatch(MOVING);
  });

  test('html and junit: elements are the monitor’s own', () => {
    for (const format of ['html', 'junit'] as const) {
      const names = (text: string) => new Set(text.match(/<[a-z!?/][^\s>]*(?:\s+[a-z]+=)?/gi));
      expect([...names(rendered(format, hostile)).difference(names(rendered(format, tame)))]).toEqual([]);
      expect(rendered(format, hostile)).not.toMatch(/<img|<script>alert|(?:href|src)="(?!#)/);
    }
  });

  test('markdown: foreign words stand in code spans, of which they end none', () => {
    const outside = rendered('markdown', hostile).replaceAll(/`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/`|evil|alert|pwned|@here|<(?!\/?(?:details|summary|br)\b)/);
  });

  test('github: every line but the last is an annotation of a finding', () => {
    const lines = rendered('github', hostile).split('\n');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^::(?:error|warning|notice) title=[^:]+::/);
  });

  test('a notification: its subject and texts are inert, and its document has the words', () => {
    const transitions = hostile
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ id, endpoint, scenario, subject, code, message, advice }) =>
        aTransition({ check: id, owner: null, endpoint, scenario, subject, code, message, advice }),
      );
    for (const transition of transitions) {
      const { subject, body } = composeMessage('id-1', aGroup([transition]), NO_ORIGIN);
      const { email, sms } = JSON.parse(body) as { email: string; sms: string };
      expect(`${subject}${sms}`).toMatch(/^[\x20-\x7e]*$/);
      for (const line of email.split('\n')) expect(line).not.toMatch(MOVING);
      expect(email.replaceAll(/https:\/\/payments\.test\/|<[A-Z_]+>/g, '')).not.toMatch(
        /\]\(|evil\.example|<script|@here/,
      );
    }
  });
});
