/** The third side of who may call what: beside what the registry wants and what the wire did, what the sources say. */
import type { Access, Answer, Configured } from '../model/access.ts';
import type { CheckResult } from '../model/report.ts';

/** By route (empty for the endpoint’s own request) and client. Of several sources that differ, nothing is known. */
export type ConfiguredAnswers = ReadonlyMap<string, ReadonlyMap<string, Configured>>;

export const configuredAnswers = (checks: readonly CheckResult[]): ConfiguredAnswers => {
  const rows = new Map<string, Map<string, Configured>>();
  for (const { configured = [] } of checks)
    for (const { client, route, says } of configured) {
      const row = rows.get(route ?? '') ?? new Map<string, Configured>();
      rows.set(route ?? '', row);
      const before = row.get(client);
      row.set(client, before === undefined || before === says ? says : 'unknown');
    }
  return rows;
};

const WIRE: Partial<Readonly<Record<Answer, Configured>>> = {
  admitted: 'admitted',
  'wrongly-admitted': 'admitted',
  refused: 'refused',
  'wrongly-refused': 'refused',
};

/** Whether the sources say the opposite of what the wire did. */
export const differs = (answer: Answer, says: Configured | null | undefined): boolean => {
  const wire = WIRE[answer];
  return wire !== undefined && (says === 'admitted' || says === 'refused') && says !== wire;
};

/** A sentence for each place and client where they differ. */
export const configuredDifferences = ({ clients, rows }: Access): readonly string[] =>
  rows.flatMap(({ endpoint, route, answers, configured = [] }) =>
    answers.flatMap((answer, at) => {
      const says = configured[at];
      if (!differs(answer, says)) return [];
      const where = `${endpoint}${route === null ? '' : ` ${route}`}`;
      const client = clients[at]?.name ?? '';
      return [
        `${where}: the configuration ${says === 'admitted' ? 'admits' : 'refuses'} ${client}, and the wire ${DID[answer] ?? ''} it`,
      ];
    }),
  );

const DID: Partial<Readonly<Record<Answer, string>>> = {
  admitted: 'admits',
  'wrongly-admitted': 'admits',
  refused: 'refuses',
  'wrongly-refused': 'refuses',
};
