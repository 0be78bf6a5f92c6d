import Table from 'cli-table3';
import pc from 'picocolors';
import { SCENARIOS } from '../../../shared/scenario/catalogue.ts';

const EXPECTATIONS = {
  accepted: 'accepted',
  either: 'either (information)',
  rejected: 'rejected',
  'sound-chain': 'a sound chain',
  'fit-identity': 'fit for use',
  'sound-rotation': 'pending version accepted',
  agreement: 'agrees, not weak',
  'fit-source': 'in date, watched',
} as const;

export const scenariosText = (): string => {
  const table = new Table({
    head: ['scenario', 'presents', 'must follow', 'suite'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [20, 48, 15, 14],
  });
  for (const { name, presents, expects, suite, always } of SCENARIOS)
    table.push([pc.bold(name), presents, EXPECTATIONS[expects], always ? 'all' : suite]);
  return table.toString();
};
