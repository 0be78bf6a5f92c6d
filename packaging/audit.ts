/**
 * `npm run audit`: fails if a package that the monitor runs with has a known vulnerability of severity high or critical. A registry that serves no audits
 * (many mirrors do not) is named, and the step passes; one that could not be asked is a failure.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** What a registry answers that has no such resource: RFC 9110 §15.5.5, §15.5.6 and §15.6.2. */
const NOT_SERVED = [404, 405, 501];

type Answer = {
  readonly statusCode?: number;
  readonly message?: string;
  readonly metadata?: { readonly dependencies: { readonly prod: number } };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
};

const GRAVE = ['high', 'critical'];

/** `status`: of npm's own exit. */
const conclude = (status: number | null, answer: Answer): readonly [passed: boolean, message: string] => {
  if (NOT_SERVED.includes(answer.statusCode ?? 0))
    return [true, `NOT AUDITED: this registry serves no audits (HTTP ${answer.statusCode}).`];
  const { vulnerabilities, metadata } = answer;
  if (vulnerabilities === undefined || metadata === undefined)
    return [false, `The audit failed: ${answer.message ?? 'npm gave no report'}`];
  const grave = Object.entries(vulnerabilities).filter(([, { severity }]) => GRAVE.includes(severity));
  const named = grave.map(([name, { severity }]) => `${severity}: ${name}`);
  if (status !== 0 || grave.length > 0) return [false, ['Known vulnerabilities:', ...named].join('\n')];
  return [true, `Audited ${metadata.dependencies.prod} packages: none is known to be vulnerable at high or critical.`];
};

const parsed = (text: string): Answer => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

// Further arguments are npm's own, such as `--registry`.
const args = ['audit', '--json', '--audit-level=high', '--omit=dev', ...process.argv.slice(2)];
const { status, stdout } = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
const [passed, message] = conclude(status, parsed(stdout));
process.stdout.write(`${message}\n`);
process.exitCode = passed ? 0 : 1;
