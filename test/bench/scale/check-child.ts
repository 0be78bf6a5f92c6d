/** One check of the registry in the file that is named, in this process alone; prints what it took. */
import { readFileSync } from 'node:fs';
import { checkOf, registryOf } from '../check-run.ts';

const registry = registryOf(readFileSync(process.argv[2] ?? '', 'utf8'));
const begun = performance.now();
const before = process.cpuUsage();
const { summary } = await checkOf(registry, 64);
const { user, system } = process.cpuUsage(before);
if (summary.fail > 0) throw new Error(`${summary.fail} checks fail`);
console.log(
  JSON.stringify({
    wall: (performance.now() - begun) / 1000,
    cpu: (user + system) / 1e6,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
);
