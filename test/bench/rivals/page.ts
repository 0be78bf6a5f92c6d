/** docs/reference/rivals.md. No path, host, port or time in it: the same lab makes the same page anywhere. */
import { TLS_VERSIONS } from '../../../shared/model/names.ts';
import { type Answer, type Grade, gradeOf, QUESTIONS, type Result } from './questions.ts';
import { whyWrong } from './why.ts';

export type LabFacts = {
  readonly servers: number;
  readonly versions: readonly string[];
  readonly untold: readonly string[];
};

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((each) => String(each).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const count = ({ answers }: Result, grade: Grade): number =>
  answers.filter((answer) => gradeOf(answer) === grade).length;

const summary = (results: readonly Result[]): string =>
  table(
    ['rival', 'version', 'servers', 'questions', 'right', 'false secure', 'false alarm', 'says nothing'],
    results.map((result) => [
      result.rival,
      result.version,
      new Set(result.answers.map(({ target }) => target)).size,
      result.answers.length,
      count(result, 'right'),
      count(result, 'false secure'),
      count(result, 'false alarm'),
      count(result, 'says nothing'),
    ]),
  );

/** `no-certificate 1.2 1.3; self-signed 1.3`. */
const whereOf = (answers: readonly Answer[]): string =>
  QUESTIONS.flatMap((question) => {
    const asked = answers.filter((each) => each.question === question);
    if (asked.length === 0) return [];
    return [[question, ...TLS_VERSIONS.filter((tls) => asked.some((each) => each.tls === tls))].join(' ')];
  }).join('; ');

/** One line for a server, what is wrong about the answers, and why. */
const wrongRows = (result: Result, ours: Result): readonly (readonly string[])[] => {
  const groups = new Map<string, { readonly head: readonly string[]; readonly why: string; readonly of: Answer[] }>();
  for (const answer of result.answers) {
    const grade = gradeOf(answer);
    if (grade !== 'false secure' && grade !== 'false alarm') continue;
    const why = `${answer.saw}: ${whyWrong(answer, ours)}`;
    const key = [answer.target.name, grade, why].join('\n');
    const group = groups.get(key) ?? { head: [answer.target.name, grade], why, of: [] };
    group.of.push(answer);
    groups.set(key, group);
  }
  const order = new Map(ours.answers.map(({ target }, index) => [target.name, index]));
  return [...groups.values()]
    .map(({ head, why, of }) => [...head, whereOf(of), why])
    .toSorted(
      (a, b) => (order.get(a[0] ?? '') ?? 0) - (order.get(b[0] ?? '') ?? 0) || (String(a) < String(b) ? -1 : 1),
    );
};

const wrongOf = (result: Result, ours: Result): string => {
  const rows = wrongRows(result, ours);
  const text = rows.length === 0 ? 'Nothing.' : table(['server', 'wrong', 'where', 'why'], rows);
  return `### ${result.rival}\n\n${text}`;
};

/** sslyze says what it says; what a reader makes of it is another matter. */
const requiredOfAnybody = (results: readonly Result[], ours: Result): string => {
  const open = new Set(
    ours.answers
      .filter(({ question, verdict }) => question !== 'no-certificate' && verdict === 'open')
      .map(({ target }) => target),
  );
  const names = (results.find(({ rival }) => rival === 'sslyze')?.answers ?? [])
    .filter(({ target, saw }) => saw === 'REQUIRED' && open.has(target))
    .map(({ target }) => target.name);
  return names.length === 0
    ? ''
    : `\nNot counted above: of ${names.length} servers sslyze says REQUIRED, rightly, and they take a certificate from anybody: ${names.join(', ')}.\n`;
};

export const page = (
  results: readonly Result[],
  ours: Result,
  facts: LabFacts,
  missing: readonly string[],
): string => `# Rivals

Tools that people check mutual TLS with today, on the lab of this repository, in one run with this product. Made by \`npm run rivals\`, which installs them.

Every server is asked in TLS 1.2 and in TLS 1.3 whether it refuses a client without a certificate (\`no-certificate\`), with one from a CA that nobody
trusts (\`untrusted-issuer\`), and with a self-signed one (\`self-signed\`): the same files for every rival. A rival is asked only where it speaks the
protocol, with the lab's CA, so that it trusts the server. What is true is known from how each server is configured.

- *right*: it says what is true. Where the valid certificate is refused too (an expired CRL) or nothing listens, what is right is to say nothing about enforcement.
- *false secure*: it says refused where that client gets in, or where everybody is refused. *False alarm*: it says accepted where that client is refused.
- *says nothing*: it could have been told, and this rival does not tell.

${summary([...results, ours])}
${requiredOfAnybody(results, ours)}${missing.map((each) => `\nNot run: ${each}\n`).join('')}
## How each was run

${[...results, ours].map(({ rival, how }) => `- **${rival}**: ${how.join(' ')}`).join('\n')}

The lab: ${facts.servers} servers and a port on which nothing listens. ${facts.versions.join(', ')}.
Left out, since what is true depends on what a registry would say or on how often they are asked: ${facts.untold.join(', ')}.

What else this product asks (plaintext, look-alike issuers, expired, revoked and wrong-usage certificates, foreign identities, forged headers, names) has no
counterpart in these tools and is not counted. A shell script can ask it with curl, given the certificates.

testssl.sh has no row: 3.0.8, the version of Debian 12, presents no certificate, and what it says about those of clients is one sentence ("certificate-based
authentication => skipping all HTTP checks") about a server whose handshake requires one.

## What was wrong

${[...results, ours].map((result) => wrongOf(result, ours)).join('\n\n')}
`;
