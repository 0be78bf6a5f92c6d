/** Renders one replayed check: what was presented, what went over each connection, and how it ended. No key is in what it gets to show but as an object that shows nothing. */
import type { Answer } from '../../../shared/model/probe.ts';
import type { Presentation, Traced } from '../../../shared/pipeline/run/present-check.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import type { TracedRecord } from '../../../shared/probe/trace.ts';
import { printable } from '../../../shared/publish/text.ts';
import { endingOf } from '../../../shared/verdict/explain/words.ts';
import type { Colors } from './colors.ts';
import { safeJson } from './json.ts';
import { paint } from './matrix.ts';
import { plural } from './summary.ts';

export type Shown = {
  readonly presentation: Presentation;
  /** Words of other checks that were meant as well. */
  readonly others: readonly string[];
  /** Where files were written; null for none. */
  readonly directory: string | null;
  readonly files: readonly string[];
};

const MOST_ANSWER = 500;
/** Line ends as they are usually written. */
const bounded = (text: string, most = MOST_ANSWER): string =>
  printable(
    text
      .slice(0, 2 * most)
      .replaceAll('\r', '\\r')
      .replaceAll('\n', '\\n'),
    most,
  );

type Certificate = {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha256: string;
};

const iso = (instant: number): string => new Date(instant).toISOString();

const certificatesOf = ({ presented }: Presentation): readonly Certificate[] =>
  presented.ok && presented.value !== null
    ? certificatesOfPem(presented.value.certificatePem).map((each) => {
        const { subject, issuer, notBefore, notAfter, sha256 } = certificateFacts(each);
        return { subject, issuer, notBefore: iso(notBefore), notAfter: iso(notAfter), sha256 };
      })
    : [];

const answerOf = (answer: Answer | null): { readonly answered: string; readonly body: string } | null => {
  if (answer === null) return null;
  const { body } = answer;
  return answer.kind === 'http'
    ? { answered: `HTTP ${answer.status}`, body: bounded(body) }
    : { answered: bounded(answer.detail), body: bounded(body) };
};

const connectionJson = ({ observation, trace }: Traced): object => {
  const { presented, address, tls, durationMs, certificateRequested, certificateSent, sni, headers, ended, answer } =
    observation;
  return {
    ...{ presented, address, tls, durationMs, certificateRequested, certificateSent },
    ...(sni === undefined ? {} : { sni }),
    ...(headers === undefined ? {} : { headers }),
    records: trace.records,
    more: trace.more,
    sent: bounded(trace.said),
    answer: answerOf(answer),
    ended,
    served: observation.servedChain.map(({ subject, issuer, sha256 }) => ({ subject, issuer, sha256 })),
  };
};

/** One document: the check, what was presented, each connection, the verdict, and the line that asks the same. */
export const presentationJson = ({ presentation, others, directory, files }: Shown): string => {
  const { check, presented, result, missing, connections, reproduce } = presentation;
  return safeJson(
    {
      check: check.id,
      others,
      presented: presented.ok ? { certificates: certificatesOf(presentation) } : { reason: presented.reason },
      connections: connections.map(connectionJson),
      result,
      missing,
      reproduce,
      files: directory === null ? null : { directory, names: files },
    },
    1,
  );
};

const certificateText = ({ subject, issuer, notBefore, notAfter, sha256 }: Certificate): readonly string[] => [
  `  ${bounded(subject)}`,
  `    issuer   ${bounded(issuer)}`,
  `    valid    ${notBefore.slice(0, 16)} to ${notAfter.slice(0, 16)} UTC`,
  `    SHA-256  ${sha256}`,
];

const recordText = ({ from, type, length, isEncrypted, holds }: TracedRecord): string => {
  const what = isEncrypted ? 'encrypted' : holds.join(', ');
  return `    ${from === 'client' ? '→' : '←'} ${type.padEnd(18)} ${String(length).padStart(6)}  ${what}`.trimEnd();
};

const askedText = ({ certificateRequested, certificateSent }: Traced['observation']): string =>
  [
    certificateRequested === null ? '' : certificateRequested ? 'certificate requested' : 'no certificate requested',
    certificateSent === null ? '' : certificateSent ? 'certificate sent' : 'no certificate sent',
  ]
    .filter((part) => part !== '')
    .map((part) => `, ${part}`)
    .join('');

const connectionText = ({ observation, trace }: Traced, index: number, colors: Colors): readonly string[] => {
  const { presented, address, tls, durationMs, sni } = observation;
  const answer = answerOf(observation.answer);
  const where = `${address ?? 'no address'}${tls === null ? '' : `, TLS ${tls}`}${sni === undefined ? '' : `, SNI ${sni ?? 'none'}`}`;
  return [
    `${colors.bold(`Connection ${index + 1}`)}  ${presented ?? 'no certificate'} → ${bounded(where)}, ${durationMs} ms${askedText(observation)}`,
    ...trace.records.map(recordText),
    ...(trace.more === 0 ? [] : [`    … ${plural(trace.more, 'record')} more`]),
    ...(trace.said === '' ? [] : [`    sent      ${bounded(trace.said)}`]),
    ...(answer === null ? [] : [`    answered  ${answer.answered}${answer.body === '' ? '' : `: ${answer.body}`}`]),
    `    ended     ${bounded(endingOf(observation))}`,
    '',
  ];
};

const resultText = ({ check, result, missing }: Presentation, colors: Colors): readonly string[] => {
  if (result === null)
    return [
      colors.bold(bounded(check.id)),
      ...(missing.length === 0 ? [] : [`  nothing to present: add ${missing.join('; ')}`]),
    ];
  const { verdict, code, severity, message, advice } = result;
  return [
    `${colors.bold(bounded(check.id))}  ${paint(verdict, verdict, colors)}  ${code}  ${colors.dim(severity)}`,
    `  ${printable(message)}`,
    ...(advice === null ? [] : [`  ${colors.dim('cure')}  ${printable(advice)}`]),
  ];
};

const presentedText = (presentation: Presentation, colors: Colors): readonly string[] => {
  const { presented } = presentation;
  if (!presented.ok) return [`${colors.bold('Presented')}  nothing: ${bounded(presented.reason)}`];
  const certificates = certificatesOf(presentation);
  if (certificates.length === 0) return [`${colors.bold('Presented')}  no certificate`];
  return [`${colors.bold('Presented')}  leaf first`, ...certificates.flatMap(certificateText)];
};

/** For the terminal. */
export const presentationText = ({ presentation, others, directory, files }: Shown, colors: Colors): string =>
  [
    ...resultText(presentation, colors),
    ...(others.length === 0
      ? []
      : [colors.dim(`  The word fits also: ${others.map((each) => bounded(each)).join(', ')}`)]),
    '',
    ...presentedText(presentation, colors),
    '',
    ...presentation.connections.flatMap((each, index) => connectionText(each, index, colors)),
    ...(directory === null ? [] : [`${colors.bold('Written')}  ${directory}: ${files.join(', ')}`, '']),
    ...(presentation.reproduce === null ? [] : [colors.bold('Ask the same'), `  ${printable(presentation.reproduce)}`]),
  ].join('\n');
