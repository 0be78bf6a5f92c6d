/** Part of `npm run bench`: the CPU of one accepted connection, beside blackbox_exporter, openssl s_time and node:tls alone. TLS 1.3, P-256. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { presentedBytes, secureContext } from '../../shared/probe/context.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { aTarget } from '../helpers/target.ts';
import { cpuMs, inMs, isQuick, print, ratio } from './record.ts';
import { exporterAt, opensslTime, startRelyingParties } from './relying-party.ts';

const [ROUNDS, PROBES, WARM_UP] = isQuick ? [5, 100, 500] : [11, 400, 1_500];
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

/** What node:tls costs alone: one context for all, no verdict, nothing read but the first bytes of the answer. */
const bare = (port: number, context: SecureContext): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      secureContext: context,
      servername: 'localhost',
      rejectUnauthorized: false,
    });
    socket.once('secureConnect', () => socket.write(REQUEST));
    socket.once('data', (bytes: Buffer) => {
      socket.destroy();
      if (bytes.toString('latin1', 0, 12) === 'HTTP/1.1 200') resolve();
      else reject(new Error('node:tls was not let in'));
    });
    socket.once('error', reject);
  });

const relyingParty = await startRelyingParties(1);
try {
  const [port = 0] = relyingParty.ports;
  const [certificate, key] = relyingParty.keys.client.map((file) => readFileSync(file, 'utf8')) as [string, string];
  const identity = { certificatePem: certificate, privateKey: createPrivateKey(key) };
  const target = aTarget(port, {
    presented: 'payments',
    context: secureContext(identity, '1.3'),
    presentedBytes: presentedBytes(identity),
    timeout: 10_000,
  });
  const probe = async (): Promise<void> => {
    const { ended, certificateSent, servedChain, acceptableCas } = await runProbe(target, Date.now);
    const isWhole = ended.kind === 'answered' && certificateSent && servedChain.length > 0 && acceptableCas;
    if (!isWhole) throw new Error(`the probe ended as ${ended.kind}, or saw too little`);
  };
  const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.3', ca: [] });
  const times = (count: number, act: () => Promise<void>) =>
    cpuMs(count, async () => {
      for (let each = 0; each < count; each += 1) await act();
    });
  const exporter = await exporterAt(relyingParty);
  const seen = { ours: [], bare: [], openssl: [], blackbox: [] } as Record<string, number[]>;
  try {
    await times(WARM_UP, probe);
    await times(WARM_UP, () => bare(port, context));
    await exporter?.probes(100);
    for (let round = 0; round < ROUNDS; round += 1) {
      seen['openssl']?.push(opensslTime(relyingParty));
      seen['ours']?.push(await times(PROBES, probe));
      seen['bare']?.push(await times(PROBES, () => bare(port, context)));
      if (exporter !== null) seen['blackbox']?.push(await exporter.probes(PROBES));
    }
  } finally {
    await exporter?.stop();
  }
  const { ours = [], bare: alone = [], openssl = [], blackbox = [] } = seen;
  const figure = (what: string, value: string, reach = '') => print({ kind: 'figure', what, seen: value, reach });
  figure('one accepted probe', inMs(ours));
  if (blackbox.length === 0) console.log('blackbox_exporter: not built (npm run rivals)');
  else {
    figure('against blackbox_exporter, one probe', ratio(ours, blackbox), '≤ 0.28×');
    figure('node:tls alone, context reused, against blackbox_exporter', ratio(alone, blackbox));
  }
  figure('against `openssl s_time -new`, one connection', ratio(ours, openssl), '≤ 1.0×');
  figure('node:tls alone, context reused, against `openssl s_time -new`', ratio(alone, openssl));
} finally {
  await relyingParty.stop();
}
