// What Node makes of the sources is kept beside them, never in a folder that others can write to, and changes nothing that is printed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test('the second start prints what the first did, and leaves the folder for temporary files empty', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'mtls-monitor-test-'));
  const env = { ...process.env, TMPDIR: temporary, NO_COLOR: '1' };
  const start = () =>
    execFileSync(process.execPath, [join(ROOT, 'bin/mtls-monitor.mjs'), 'scenarios'], { env, encoding: 'utf8' });
  const first = start();
  expect(start()).toBe(first);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(ROOT, 'node_modules/.cache/mtls-monitor'))).not.toEqual([]);
  rmSync(temporary, { recursive: true });
});
