/** What `discover` found, as lines. */
import { printable } from '../../../shared/claims/printable.ts';
import type { Candidate, Candidates } from '../../../shared/discover/candidate.ts';
import type { Entries } from '../../../shared/discover/entries.ts';
import type { Place } from '../../../shared/model/place.ts';

const placeText = ({ file, line }: Place): string =>
  file === null ? '' : `${printable(file, 200)}${line === null ? '' : `:${line}`} `;

export const countsText = (file: string, { added, there, leftOut }: Entries, done: string): string =>
  `${file}: ${added.length} ${done}, ${there.length} already there, ${leftOut.length} left out.`;

/** What was left out and what could not be read, each with its place and reason. */
export const listText = (found: Candidates, { leftOut }: Entries): readonly string[] => [
  ...[...found.leftOut, ...leftOut].map(({ what, why, at }) => `left out: ${placeText(at)}${what}: ${why}`),
  ...found.problems.map(
    ({ at, path, message }) => `not read: ${placeText(at)}${path === '' ? '' : `${path}: `}${message}`,
  ),
];

export const unwatchedText = (missing: readonly Candidate[], registry: string): string =>
  missing.length === 0
    ? `${registry} watches every endpoint of the sources.`
    : [
        `${registry} does not watch ${missing.length} endpoint${missing.length === 1 ? '' : 's'} of the sources:`,
        ...missing.map(({ name, hosts, port, at }) => {
          const where = `${printable(hosts[0] ?? '', 100)}${port === null ? '' : `:${port}`}`;
          return `  ${printable(name, 100)} (${where}) ${placeText(at)}`.trimEnd();
        }),
        `Add them: mtls-monitor discover FILES --into ${registry} --write`,
      ].join('\n');
