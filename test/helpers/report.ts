/** Reports as their renderings take them, also one in which every text is hostile. */
import type { NotCovered } from '../../shared/model/not-covered.ts';
import type { CheckResult, Report, ReportInParts, ReportPart, ServedChain } from '../../shared/model/report.ts';
import type { Dated, EndpointFacts } from '../../shared/model/report-facts.ts';
import { REPORT_SCHEMA, reportTally } from '../../shared/verdict/make-report.ts';
import { fail, pass, unsure, waived } from './judged.ts';

type Own = {
  readonly about?: readonly EndpointFacts[];
  readonly dates?: readonly Dated[];
  readonly run?: Partial<Report['run']>;
  readonly complete?: boolean;
  readonly id?: string;
  readonly vantage?: string;
  readonly servedChains?: readonly ServedChain[];
  readonly notCovered?: readonly NotCovered[];
};

/** A part for each endpoint, and one for the identities. */
export const aReport = (checks: readonly CheckResult[], own: Own = {}): ReportInParts => {
  const { servedChains = [], notCovered = [], id = '01RUN', vantage = 'default', complete = true } = own;
  const { about = [], dates } = own;
  const names = [...checks.map(({ endpoint }) => endpoint), ...servedChains.map(({ endpoint }) => endpoint)];
  const ownChecks = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const ownChains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  const facts = new Map(about.map((each) => [each.name, each]));
  const parts: ReportPart[] = [...new Set(names)].map((name) => ({
    checks: ownChecks.get(name) ?? [],
    servedChains: name === null ? [] : (ownChains.get(name) ?? []),
    about: name === null ? undefined : facts.get(name),
  }));
  if (dates !== undefined) parts.push({ checks: [], servedChains: [], dates });
  const tally = reportTally();
  tally.add(0, checks, notCovered);
  return {
    schema: REPORT_SCHEMA,
    run: {
      ...{ id, startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:01.500Z', vantage, complete },
      ...own.run,
    },
    summary: tally.summary(new Set(checks.flatMap(({ endpoint }) => endpoint ?? [])).size),
    count: parts.length,
    part: (index) => parts[index] ?? { checks: [], servedChains: [] },
  };
};

/** What a renderer writes. */
export const textOf = (pieces: Iterable<string>): string => [...pieces].join('');

export const aChain = (own: Partial<ServedChain> = {}): ServedChain => ({
  ...{ endpoint: 'payments', address: '127.0.0.1:443', daysToExpiry: 41.2, expiresFirst: 'CN=payments' },
  ...{ sha256: 'ab'.repeat(32), problems: [] },
  ...own,
});

/** Closes elements, attributes and comments, runs if anything runs, turns text around, moves cursors. */
export const HOSTILE =
  '"\'--></style></title></code><script>document.title="pwned"</script><img src=x onerror="document.title=\'pwned\'"><a href="javascript:document.title=1">x</a>&lt;\u202eevil\u2066\u001b[2J\u0007\u0000\u009b\r\n\u2028\ud83dשלום';

/** `text` stands wherever one could come from an endpoint, a certificate or a registry. */
export const hostileReport = (text = HOSTILE): ReportInParts => {
  const texts = { id: `x/${text}`, endpoint: text, subject: text, message: text, advice: text };
  const evidence: CheckResult['evidence'] = [
    {
      ...{ presented: text, address: text, tls: null, durationMs: 1.5, sni: text, headers: [text] },
      ...{ resumed: false, certificateRequested: null },
      ended: { kind: 'not-tls', phase: 'handshake', reason: text },
    },
  ];
  const more = { ...texts, reproduce: text, vantage: text, address: text, evidence };
  return aReport(
    [
      fail('ACCEPTED_NO_CERTIFICATE', more),
      fail('ACCEPTED_PLAINTEXT', { ...more, cause: 'PLAINTEXT_ACCEPTED', scenario: 'plaintext' }),
      unsure('TIMED_OUT', { ...more, endpoint: null, scenario: 'identity-health' }),
      waived({ ...more, waiver: { until: '2027-03-31', reason: text } }),
      pass(more),
    ],
    {
      id: text,
      vantage: text,
      servedChains: [
        aChain({
          ...{ endpoint: text, address: text, expiresFirst: text, sha256: text },
          problems: [{ code: 'SERVED_CHAIN_EXPIRED', message: text }],
        }),
      ],
      notCovered: [{ endpoint: text, scenario: 'revoked', add: text }],
      about: [{ name: text, url: text, owner: text, skipped: [] }],
      dates: [{ kind: 'authority', name: text, of: text, at: '2026-03-01T00:00:00.000Z' }],
    },
  );
};
