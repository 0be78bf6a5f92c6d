/** A registry in a folder of its own, for a synth. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { issueAuthority } from '../../../shared/pki/mint/issue.ts';

export const REGISTRY = `version: 1
schedules:
  default: { enforcement: 5m, isolation: 1h, certificates: 24h }
  critical: { enforcement: 1m, isolation: 59m, certificates: 1h }
  unused: { enforcement: 7m, isolation: 7m, certificates: 7m }
trustBundles:
  corp: { secret: monitor/trust/corp }
  lab: { file: pki/ca.pem }
identities:
  checkout: { secret: monitor/identity/checkout }
  orders: { secret: "arn:aws:secretsmanager:eu-west-1:222222222222:secret:orders-AbCdEf" }
  legacy: { secret: monitor/identity/legacy, passphrase: { secret: monitor/identity/passphrase } }
endpoints:
  - { name: payments, url: "https://payments.example/health", trustBundle: corp, admits: [checkout], refuses: [orders] }
  - name: ledger
    url: https://ledger.example/v1
    trustBundle: lab
    admits: [legacy]
    refuses: []
    schedule: critical
    http: { headers: { authorization: { secret: monitor/token/ledger } } }
`;

const ROOT = mkdtempSync(join(tmpdir(), 'mtls-monitor-synth-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** A folder that is gone when the tests are. */
export const temporaryFolder = (): string => mkdtempSync(join(ROOT, 'each-'));

/** Writes the files and returns the registry's absolute path. */
export const registryFile = (
  text = REGISTRY,
  files: Readonly<Record<string, string | Uint8Array>> = { 'ca.pem': CA },
): string => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const path = join(folder, 'registry.yaml');
  writeFileSync(path, text.replace('pki/ca.pem', 'ca.pem'));
  return path;
};

/** A CA certificate, made for this run. */
const { certificatePem: CA } = await issueAuthority({
  subject: 'CN=Root',
  validity: { notBefore: 0, notAfter: Date.now() + 864e5 },
});
