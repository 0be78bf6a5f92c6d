/** docs/incidents.md: incidents staged at real servers, and every message that is told of them. `npm run reference:incidents` writes it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, type Instant } from '../../shared/model/time.ts';
import { STORIES } from './incidents/all.ts';
import { type Material, mintMaterial } from './incidents/material.ts';
import { countedOf, mistakesOf } from './incidents/mistakes.ts';
import { type Performed, perform } from './incidents/story.ts';
import { stable, type Telling, timeline, timeText, wordsOf } from './incidents/telling.ts';

const PAGE = join(import.meta.dirname, '../../docs/incidents.md');

const INTRODUCTION = `# Incidents

What people are told, message by message, when something happens. Each incident is staged at real servers (nginx, \`openssl s_server\`, Node) with the
monitor's own probes and the schedule that it runs with (enforcement every 5 minutes, isolation and certificates every hour), under a simulated clock.
\`npm run reference:incidents\` writes this page; a test compares it, and fails if an incident has more than its opening and its closing, if a message is
missing, or if the cause is wrong. Where more is told than that, the incident says why. The clock begins on day 1, 2026-12-01, 00:00 UTC; ports, fingerprints and ids are replaced by words.
`;

/** Simulated time begins with the day: certificates that servers judge by their own clock are valid. */
const begunNow = (): Instant => Math.floor(Date.now() / DAY) * DAY;

export const performAll = async (begun: Instant = begunNow()): Promise<readonly Performed[]> => {
  const material: Material = await mintMaterial(begun);
  const performed: Performed[] = [];
  for (const story of STORIES) performed.push(await perform(story, material));
  return performed;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const mailOf = ({ subject, email }: Telling): string =>
  ['<details>', `<summary>${subject}</summary>`, '', '```text', email, '```', '', '</details>', ''].join('\n');

const sumOf = (performed: Performed): string => {
  const counted = countedOf(performed);
  const { length } = performed.tellings;
  const incidents = new Set(counted.filter(({ isChange }) => !isChange).map(({ key }) => key)).size;
  const changes = new Set(counted.filter(({ isChange }) => isChange).map(({ key }) => key)).size;
  const parts = [
    ...(incidents === 0 ? [] : [`${incidents} ${incidents === 1 ? 'incident' : 'incidents'}`]),
    ...(changes === 0 ? [] : [`${changes} ${changes === 1 ? 'change' : 'changes'}`]),
  ];
  const paired = incidents > 0 && counted.every(({ closed, isChange }) => closed || isChange);
  return `**${length} ${length === 1 ? 'message' : 'messages'}: ${parts.join(' and ')}.**${paired ? ' Opening and closing have the same key.' : ''}`;
};

const sectionOf = (performed: Performed, number: number): string => {
  const { story, begun, done, tellings } = performed;
  const words = wordsOf(begun);
  const rows = timeline(done, tellings).map((event) =>
    event.done === undefined
      ? `| ${timeText(begun, event.at)} | **${event.items.length === 1 ? event.items[0]?.split(' ')[0] : `${event.items[0]?.split(' ')[0]}, ${event.items.length} items`}**${event.owner === 'unowned' ? '' : ` to ${event.owner}`} | ${cell(stable(words, event.sms))} |`
      : `| ${timeText(begun, event.at)} | | *${event.done}* |`,
  );
  return [
    `## ${number}. ${story.name}`,
    '',
    `Servers: ${story.servers}. ${sumOf(performed)}`,
    ...(story.wrong === undefined ? [] : ['', `Not as it should be: ${story.wrong}`]),
    ...['', '| when | what | SMS |', '| --- | --- | --- |', ...rows, ''],
    ...tellings.map((telling) => stable(words, mailOf(telling))),
  ].join('\n');
};

export const pageOf = (performed: readonly Performed[]): string =>
  [INTRODUCTION, ...performed.map((each, index) => sectionOf(each, index + 1))].join('\n');

export const committedPage = (): Promise<string> => readFile(PAGE, 'utf8');

if (import.meta.main) {
  const performed = await performAll();
  await writeFile(PAGE, pageOf(performed));
  const wrong = performed.flatMap(mistakesOf);
  if (wrong.length > 0) throw new Error(`not told as it must be:\n${wrong.join('\n')}`);
}
