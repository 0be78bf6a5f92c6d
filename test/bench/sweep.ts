/** Part of `npm run bench`: the CPU of a whole sweep of one endpoint, in probes of blackbox_exporter of the same run. TLS 1.3 only. */
import { checkOf, sweptRegistry } from './check-run.ts';
import { cpuMs, inMs, isQuick, print, ratio } from './record.ts';
import { exporterAt, startRelyingParties } from './relying-party.ts';

const ENDPOINTS = 10;
const [ROUNDS, PROBES] = isQuick ? [3, 100] : [9, 300];

const relyingParty = await startRelyingParties(ENDPOINTS);
try {
  const registry = sweptRegistry(relyingParty);
  const sweeps = async (): Promise<number> => {
    const { checks } = await checkOf(registry);
    const odd = checks.find(({ verdict }) => verdict !== 'pass');
    if (odd !== undefined) throw new Error(`${odd.scenario}: ${odd.code}`);
    return checks.filter(({ endpoint }) => endpoint !== null).length / ENDPOINTS;
  };
  const exporter = await exporterAt(relyingParty);
  const [ours, blackbox]: [number[], number[]] = [[], []];
  let checks = 0;
  try {
    for (let warming = 0; warming < 3; warming += 1) await sweeps();
    await exporter?.probes(100);
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(
        await cpuMs(ENDPOINTS, async () => {
          checks = await sweeps();
        }),
      );
      if (exporter !== null) blackbox.push(await exporter.probes(PROBES));
    }
  } finally {
    await exporter?.stop();
  }
  const what = `a sweep of ${checks} checks, one of ${ENDPOINTS} endpoints in a process that has swept before`;
  print({ kind: 'figure', what, seen: inMs(ours), reach: '' });
  if (blackbox.length === 0) console.log('blackbox_exporter: not built (npm run rivals)');
  else print({ kind: 'figure', what: 'in probes of blackbox_exporter', seen: ratio(ours, blackbox), reach: '≤ 4.5×' });
} finally {
  await relyingParty.stop();
}
