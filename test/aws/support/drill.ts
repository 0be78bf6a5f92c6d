/** A relying party, a rotated secret and a registry of their own for each drill, and the command that is run between its steps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { type Authority, type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { mtlsMonitorIn } from '../../helpers/registry.ts';
import type { Emulator } from './emulator.ts';
import { type RotatedSecret, rotatedSecret } from './rotated-secret.ts';
import { type RotatingParty, rotatingParty } from './rotating-party.ts';

const VALIDITY = { notBefore: Date.now() - DAY, notAfter: Date.now() + 365 * DAY };
const PAST = { notBefore: Date.now() - 9 * DAY, notAfter: Date.now() - 8 * DAY };

/** What one CA issued. The CA that follows bears the same name under another key, as CAs do. */
export type Generation = {
  readonly ca: Authority;
  readonly server: Issued;
  readonly client: Issued;
  readonly expired: Issued;
};
export const generation = async (): Promise<Generation> => {
  const ca = await issueAuthority({ subject: 'CN=Corp CA', validity: VALIDITY });
  const altNames = [{ ip: '127.0.0.1' }];
  const client = { subject: 'CN=payments', altNames: [{ uri: 'spiffe://corp/payments' }] };
  return {
    ca,
    server: await issue({ subject: 'CN=server', validity: VALIDITY, altNames, extendedKeyUsage: ['serverAuth'] }, ca),
    client: await issue({ ...client, validity: VALIDITY, extendedKeyUsage: ['clientAuth'] }, ca),
    expired: await issue({ ...client, validity: PAST, extendedKeyUsage: ['clientAuth'] }, ca),
  };
};

export type Run = { readonly exitCode: number; readonly report: Report; readonly notices: readonly string[] };
export type Drill = {
  readonly party: RotatingParty;
  readonly secret: RotatedSecret;
  /** What the registry's trust bundle holds. */
  readonly trust: (...cas: readonly Generation[]) => void;
  /** One run; its notices as `kind title`. */
  readonly run: () => Promise<Run>;
};

export type Drills = {
  /** A new one: everything is of the older CA. */
  readonly drill: () => Promise<Drill>;
  readonly end: () => Promise<void>;
};

export const startDrills = (emulator: Emulator, older: Generation): Drills => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-monitor-drill-'));
  const begun: Drill[] = [];
  return {
    drill: async () => {
      const drill = await drillIn(folder, begun.length, emulator, older);
      begun.push(drill);
      return drill;
    },
    end: async () => {
      for (const { party } of begun) await party.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const drillIn = async (folder: string, number: number, emulator: Emulator, older: Generation): Promise<Drill> => {
  const at = (name: string) => join(folder, `${number}-${name}`);
  const party = await rotatingParty(folder);
  await party.become({ trusts: [older.ca], serves: older.server });
  const secret = await rotatedSecret(emulator, `drill-${number}/payments`, older.client);
  await rotatedSecret(emulator, `drill-${number}/expired`, older.expired);
  const trust = (...cas: readonly Generation[]) =>
    writeFileSync(at('bundle.pem'), cas.map(({ ca }) => ca.certificatePem).join(''));
  trust(older);
  const registry = {
    version: 1,
    // Whatever happens is told at once: nothing is left to settle.
    defaults: { settleAfter: 1, timeout: '5s' },
    trustBundles: { corp: { file: at('bundle.pem') } },
    identities: {
      payments: { secret: `drill-${number}/payments` },
      expired: { secret: `drill-${number}/expired`, fault: 'expired' },
    },
    endpoints: [
      { name: 'payments', url: `https://127.0.0.1:${party.port}/`, trustBundle: 'corp', admits: ['payments'] },
    ],
  };
  writeFileSync(at('registry.yaml'), JSON.stringify(registry));
  const options = ['--secrets', 'aws', '--state', at('state.json'), '--format', 'json'];
  const run = async (): Promise<Run> => {
    const { exitCode, stdout, stderr } = await mtlsMonitorIn(emulator.env, 'check', at('registry.yaml'), ...options);
    const notices = [...stderr.matchAll(/^ {2}([a-z]+) +(.+?) {2}/gm)].map(([, kind, title]) => `${kind} ${title}`);
    return { exitCode, notices, report: reportSchema.parse(JSON.parse(stdout)) };
  };
  return { party, secret, trust, run };
};
