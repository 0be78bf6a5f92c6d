/** The demo as a newcomer runs it, and its lab where OpenSSL is not installed. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAsExpected } from '../../functions/cli/demo/expectation.ts';
import { type DemoLab, startDemoLab } from '../../functions/cli/demo/lab.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { mtlsMonitor } from '../helpers/registry.ts';

test('`demo` ends with 0, and names every server of its lab', async () => {
  const { exitCode, stdout, stderr } = await mtlsMonitor('demo');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('asks-but-does-not-verify');
  expect(stdout).not.toContain('PRIVATE KEY');
});

describe.each([
  { openssl: 'with OpenSSL', path: process.env['PATH'] ?? '', notes: 0 },
  { openssl: 'without OpenSSL', path: '/nonexistent', notes: 1 },
])('the lab $openssl', ({ path, notes }) => {
  let lab: DemoLab;
  beforeEach(async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = path;
    lab = await startDemoLab(Date.now()).finally(() => {
      process.env['PATH'] = before;
    });
  });
  afterEach(() => lab.stop());

  test('gives every server the verdict it deserves, and says what stands in for what', async () => {
    const { stdout, exitCode } = await mtlsMonitor('check', lab.registryFile, '--format', 'json');
    const { checks } = reportSchema.parse(JSON.parse(stdout));
    const misjudged = lab.endpoints.filter((endpoint) => !isAsExpected(endpoint, checks));
    expect(misjudged.map((each) => each.name)).toEqual([]);
    expect(exitCode).toBe(1);
    expect(lab.notes).toHaveLength(notes);
  });

  test('leaves nothing behind', async () => {
    expect(readFileSync(lab.registryFile, 'utf8')).toBe(lab.registryText);
    await lab.stop();
    expect(existsSync(lab.directory)).toBe(false);
    for (const { url } of lab.endpoints)
      await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
