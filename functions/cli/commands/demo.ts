import { join } from 'node:path';
import pc from 'picocolors';
import { SUITES } from '../../../shared/model/names.ts';
import type { Report } from '../../../shared/model/report.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { isAsExpected } from '../demo/expectation.ts';
import { type DemoLab, startDemoLab } from '../demo/lab.ts';
import { EXIT } from '../exit.ts';
import { emit } from '../output.ts';
import { startProgress } from '../progress.ts';
import { readRegistry } from '../registry-file.ts';
import { renderText } from '../render/report-text.ts';
import { widthOf } from '../render/wrap.ts';
import { RUN_DEFAULTS, runCheck } from '../run-check.ts';

const introduction = ({ endpoints, notes }: DemoLab): string => {
  const width = Math.max(...endpoints.map(({ name }) => name.length));
  const lines = endpoints.map(
    ({ name, about, wrong }) =>
      `  ${pc.bold(name.padEnd(width))}  ${about}${wrong === null ? '' : pc.dim(`\n  ${' '.repeat(width)}  ${wrong}`)}`,
  );
  return [
    pc.bold('The lab: real TLS servers on loopback, several of them wrong on purpose'),
    ...lines,
    ...notes.map((note) => pc.yellow(note)),
  ].join('\n');
};

const conclusion = ({ endpoints }: DemoLab, { checks }: Report): { readonly text: string; readonly right: boolean } => {
  const judged = endpoints.map((endpoint) => ({ endpoint, right: isAsExpected(endpoint, checks) }));
  const wrong = judged.filter(({ right }) => !right);
  const lines = wrong.map(({ endpoint: { name, expected } }) =>
    pc.red(`  ${name}: expected ${expected.verdict} ${expected.codes.join(', ')}`),
  );
  if (wrong.length > 0)
    return {
      text: [
        pc.red(`${wrong.length} of ${judged.length} servers did not get the verdict they deserve:`),
        ...lines,
      ].join('\n'),
      right: false,
    };
  return {
    text: `${pc.green(`All ${judged.length} servers got the verdict they deserve`)}, the wrong ones included.\nNext: npx mtls-monitor init, name your endpoints in registry.yaml, then npx mtls-monitor check registry.yaml`,
    right: true,
  };
};

const whileKept = (folder: string): string =>
  [
    `They run until Ctrl-C, with their registry and keys in ${folder}, which goes with them. In another terminal:`,
    `  npx mtls-monitor check ${join(folder, 'registry.yaml')}`,
    'What people ask, and the steps: docs/tasks.md',
  ].join('\n');

/** Starts the servers and leaves them running, with their registry in a new folder, until a signal ends it. */
export const keepDemo = async (folder: string): Promise<number> => {
  const lab = await startDemoLab(Date.now(), folder);
  await emit(`${introduction(lab)}\n\n${whileKept(folder)}\n`, undefined);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => done());
  });
  await lab.stop();
  return EXIT.pass;
};

/** Returns exit code 0 if every server got its expected verdict. */
export const demo = async (): Promise<number> => {
  const lab = await startDemoLab(Date.now());
  const stop = () => void lab.stop().then(() => process.exit(EXIT.interrupted));
  process.once('SIGTERM', stop);
  try {
    await emit(`${introduction(lab)}\n`, undefined);
    const registry = await readRegistry(lab.registryFile);
    const { report, interrupted } = await runCheck(
      registry,
      { ...RUN_DEFAULTS, suites: SUITES },
      startProgress(registry.endpoints.length),
    );
    const { text, right } = conclusion(lab, wholeReport(report));
    const width = widthOf(process.stdout, process.env['COLUMNS']);
    await emit(renderText(report, pc, { more: [text], width }), undefined);
    if (interrupted) return EXIT.interrupted;
    return right ? EXIT.pass : EXIT.fault;
  } finally {
    process.off('SIGTERM', stop);
    await lab.stop();
  }
};
