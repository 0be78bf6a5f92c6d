/** `npm run rivals`: the tools that people use today and this product, on the same lab. Writes docs/reference/rivals.md. */
import { writeFile } from 'node:fs/promises';
import { pkiOnDisk } from '../helpers/pki.ts';
import { installed, rows, startLab } from '../lab/lab.ts';
import { type Arena, arenaOf, chosenRows } from './rivals/arena.ts';
import { blackbox } from './rivals/blackbox.ts';
import { curl } from './rivals/curl.ts';
import { openssl } from './rivals/openssl.ts';
import { ours } from './rivals/ours.ts';
import { type LabFacts, page } from './rivals/page.ts';
import { gradeOf, isTold, type Result } from './rivals/questions.ts';
import { secureConnect } from './rivals/secure-connect.ts';
import { sslyze } from './rivals/sslyze.ts';

const PAGE = new URL('../../docs/reference/rivals.md', import.meta.url);
const RIVALS: Readonly<Record<string, (arena: Arena) => Promise<readonly Result[]>>> = {
  secureConnect,
  openssl,
  curl,
  blackbox,
  sslyze,
};

/** Without what says nothing of the server: `envoy COMMIT/1.40.0/…` is Envoy 1.40.0. */
const short = (version: string): string =>
  version
    .replace(/ [0-9a-f]{40}\/([\d.]+).*/, ' $1')
    .replace(/^nginx version: | version|server v=|\(Debian.*|\(|\)|(,? linux| sha=| Library:| \d+ \w{3} 20\d\d).*/g, '')
    .trim();

const facts = (): LabFacts => ({
  servers: chosenRows.length,
  versions: [...new Set(installed.flatMap(({ version }) => (version === null ? [] : [short(version)])))],
  untold: rows.filter((row) => !isTold(row)).map(({ name }) => name),
});

const lab = await pkiOnDisk();
const started = await startLab(lab.files, chosenRows);
try {
  const arena = await arenaOf(lab.files, started);
  const results: Result[] = [];
  const missing: string[] = [];
  for (const [name, ask] of Object.entries(RIVALS)) {
    const since = Date.now();
    try {
      results.push(...(await ask(arena)));
      console.log(`${name}: ${Math.round((Date.now() - since) / 1000)} s`);
    } catch (error) {
      missing.push(`${name}, for ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  console.log('ours …');
  const [own] = await ours(arena);
  if (own === undefined) throw new Error('no report');
  await writeFile(PAGE, page(results, own, facts(), missing));
  for (const { rival, answers } of [...results, own])
    console.log(
      rival,
      ...Object.entries(Object.groupBy(answers, gradeOf)).map(([grade, of]) => `${grade}: ${of.length}`),
    );
} finally {
  await started.stop();
  lab.remove();
}
