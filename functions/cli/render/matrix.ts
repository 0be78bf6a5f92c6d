/** endpoints × scenarios at a glance. */
import Table from 'cli-table3';
import type { ScenarioName, Verdict } from '../../../shared/model/names.ts';
import type { CheckResult, Report } from '../../../shared/model/report.ts';
import { CATALOGUE } from '../../../shared/scenario/catalogue.ts';
import type { Colors } from './colors.ts';

/** Column heads: short enough for a dozen beside each other. */
const HEADS: Readonly<Partial<Record<ScenarioName, string>>> = {
  'valid-identity': 'admits',
  'no-certificate': 'none',
  plaintext: 'plain',
  'untrusted-issuer': 'untru',
  'self-signed': 'self',
  'lookalike-issuer': 'look',
  expired: 'exp',
  'not-yet-valid': 'early',
  revoked: 'revok',
  'wrong-usage': 'usage',
  'foreign-identity': 'other',
  'forged-header': 'forge',
  'sni-bypass': 'sni',
  resumption: 'resum',
  'bypass-address': 'bypas',
  rotation: 'rotat',
  'served-certificate': 'chain',
};

const MEANINGS: Readonly<Partial<Record<ScenarioName, string>>> = {
  'valid-identity': 'who must get in',
  'no-certificate': 'no certificate',
  plaintext: 'without TLS',
  'untrusted-issuer': 'a CA nobody trusts',
  'self-signed': 'signed by itself',
  'lookalike-issuer': 'the real CA’s name, another key',
  expired: 'expired',
  'not-yet-valid': 'not valid yet',
  revoked: 'revoked',
  'wrong-usage': 'a server’s certificate',
  'foreign-identity': 'somebody else’s',
  'forged-header': 'headers that claim an identity',
  'sni-bypass': 'another name in the handshake',
  resumption: 'another’s session',
  'bypass-address': 'another way in',
  rotation: 'the next version of a secret',
  'served-certificate': 'what the endpoint itself serves',
};

const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'waived', 'pass'];
const MARKS: Readonly<Record<Verdict, string>> = { pass: '✔', fail: '✘', inconclusive: '?', waived: '~' };

export const paint = (verdict: Verdict, text: string, colors: Colors): string => {
  switch (verdict) {
    case 'pass':
      return colors.green(text);
    case 'fail':
      return colors.bold(colors.red(text));
    case 'inconclusive':
      return colors.yellow(text);
    case 'waived':
      return colors.cyan(text);
    default:
      return verdict satisfies never;
  }
};

const cell = (checks: readonly CheckResult[], colors: Colors): string => {
  const worst = WORST.find((verdict) => checks.some((check) => check.verdict === verdict));
  return worst === undefined ? colors.dim('·') : paint(worst, MARKS[worst], colors);
};

const PLAIN_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

export const matrix = ({ checks }: Report, colors: Colors): string => {
  const columns = CATALOGUE.filter(
    ({ name }) => HEADS[name] !== undefined && checks.some(({ scenario }) => scenario === name),
  );
  const endpoints = [...new Set(checks.flatMap(({ endpoint }) => endpoint ?? []))];
  if (endpoints.length === 0) return '';
  const table = new Table({
    chars: PLAIN_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: ['', ...columns.map(({ name }) => colors.dim(HEADS[name] ?? name))],
    colAligns: ['left', ...columns.map(() => 'center' as const)],
  });
  for (const endpoint of endpoints) {
    const own = checks.filter((check) => check.endpoint === endpoint);
    table.push([
      `${endpoint}  `,
      ...columns.map(({ name }) =>
        cell(
          own.filter(({ scenario }) => scenario === name),
          colors,
        ),
      ),
    ]);
  }
  const legend = `${colors.green('✔')} as it must be   ${colors.red('✘')} fail   ${colors.yellow('?')} inconclusive   ${colors.cyan('~')} waived   ${colors.dim('·')} no check`;
  const asked = columns.map(({ name }) => `${HEADS[name]} ${MEANINGS[name]}`).join(' · ');
  return `${table.toString()}\n\n${legend}\n${colors.dim(asked)}`;
};
