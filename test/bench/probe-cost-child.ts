/** Runs the bundled probe function in this process, and prints the CPU of its import and of each invocation as JSON. */
import { pathToFileURL } from 'node:url';
import type { BatchRef } from '../../shared/model/run.ts';

type Handler = (ref: BatchRef, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const [, , bundle = '', ...keys] = process.argv;
const before = process.cpuUsage();
const { handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler: Handler };
const importMs = cpuMs(before);
const invocations: { readonly cpuMs: number; readonly wallMs: number }[] = [];
for (const key of keys) {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  await handler({ batch: 0, key }, { getRemainingTimeInMillis: () => 290_000 });
  invocations.push({ cpuMs: cpuMs(cpu), wallMs: performance.now() - begun });
}
process.stderr.write(`${JSON.stringify({ importMs, invocations, rssMb: process.memoryUsage.rss() / 1024 ** 2 })}\n`);
