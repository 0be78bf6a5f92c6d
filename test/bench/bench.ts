/**
 * `npm run bench`: what the monitor costs, as ratios within one run beside its rivals; absolute times mean little on shared machines. Each pair of
 * markers in docs/performance.md names a measurement, `test/bench/NAME.ts`, which runs in a process of its own and prints a record a line. The text
 * between the markers is written from them; a measurement that prints none leaves it as it is.
 *
 * `npm run bench -- NAME…` runs those alone (`npm run bench -- scale`: the plots), with numbers as their own arguments; `--quick` measures less and writes
 * nothing, `--full` measures what takes an hour as well.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, type } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { axesOf, namesOf, sectionOf, slugOf, withSection } from './page.ts';
import { plotOf } from './plot.ts';
import { isQuick, type Record, recordOf } from './record.ts';
import { BLACKBOX_VERSION } from './rivals/install.ts';

const PAGE = join(import.meta.dirname, '../../docs/performance.md');
const PLOTS = join(import.meta.dirname, '../../docs/performance');

/** Measured where they are named, or with `--full`. */
const LONG: readonly string[] = ['deployed', 'soak'];

const isFlag = (argument: string): boolean => argument.startsWith('--') || /^\d+$/.test(argument);
const flags = process.argv.slice(2).filter(isFlag);
const named = process.argv.slice(2).filter((argument) => !isFlag(argument));
const isWanted = (name: string): boolean => flags.includes('--full') || !LONG.includes(name);

const measure = async (name: string): Promise<readonly Record[]> => {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(file)) throw new Error(`docs/performance.md names ${name}, and test/bench/${name}.ts is missing`);
  const child = spawn(process.execPath, [file, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const records: Record[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    const record = recordOf(line);
    if (record !== null) records.push(record);
  }
  const [code] = await exited;
  if (code !== 0) throw new Error(`${name} failed`);
  return records;
};

const versionOf = (program: string, ...args: readonly string[]): string => {
  try {
    return execFileSync(program, args, { encoding: 'utf8' }).trim();
  } catch {
    return `${program}: not installed`;
  }
};

const about = (): string => {
  const openssl = versionOf('openssl', 'version').replace(/ \(.*| \d+ \w{3} \d{4}.*/gu, '');
  const go = versionOf('go', 'version').replace(/^go version go(\S+).*/u, 'Go $1');
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}, ${type()}, ${cpus().length} processors: Node ${process.versions.node} (OpenSSL ${process.versions.openssl}), ${openssl}, ${go}, blackbox_exporter ${BLACKBOX_VERSION}.`;
};

const failed: string[] = [];
for (const name of named.length > 0 ? named : namesOf(readFileSync(PAGE, 'utf8')).filter(isWanted)) {
  console.log(`\n${name}`);
  try {
    const records = await measure(name);
    if (isQuick || records.length === 0) continue;
    writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), name, sectionOf(records, about())));
    mkdirSync(PLOTS, { recursive: true });
    for (const axis of axesOf(records)) {
      const points = records.filter((record) => record.kind === 'point').filter((each) => each.axis === axis);
      writeFileSync(join(PLOTS, `${slugOf(axis)}.svg`), plotOf(points));
    }
  } catch (error) {
    failed.push(error instanceof Error ? error.message : String(error));
  }
}
for (const why of failed) console.error(why);
process.exitCode = failed.length === 0 ? 0 : 1;
