import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FORMATS } from '../../../functions/cli/forms.ts';
import { ensureOutputs, writeOutputs } from '../../../functions/cli/outputs.ts';
import { readWithPlaces } from '../../../functions/cli/registry-file.ts';
import { fail } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = (name: string) => join(folder, name);

test('each form has a file of the same run, and a job’s summary is added to what is there', async () => {
  const files = Object.fromEntries(FORMATS.map((form) => [form, place(`a.${form}`)]));
  writeFileSync(place('summary.md'), 'before\n');
  const outputs = { ...files, format: 'text', output: place('out.txt'), jobSummary: place('summary.md') } as const;
  await ensureOutputs(outputs);
  const report = aReport([fail('ACCEPTED_NO_CERTIFICATE', { severity: 'critical' })]);
  await writeOutputs(report, outputs, { advanced: null });
  const texts = FORMATS.map((form) => readFileSync(place(`a.${form}`), 'utf8'));
  expect(texts.filter((text) => !text.includes('1') || !text.endsWith('\n'))).toEqual([]);
  expect(readFileSync(place('out.txt'), 'utf8')).toBe(readFileSync(place('a.text'), 'utf8'));
  expect(readFileSync(place('summary.md'), 'utf8')).toBe(`before\n${readFileSync(place('a.markdown'), 'utf8')}`);
});

test('a file that two options name, or that cannot be written, is refused before the work, by the option’s name', async () => {
  await expect(ensureOutputs({ format: 'text', output: place('a'), html: place('./a') })).rejects.toThrow(
    /--output and --html name one file/,
  );
  await expect(ensureOutputs({ format: 'text', junit: place('no/a.xml') })).rejects.toThrow(/--junit .*ENOENT/);
  await expect(ensureOutputs({ format: 'text', jobSummary: '' })).resolves.toBeUndefined();
});

const REGISTRY = `version: 1
trustBundles: { lab: { file: ca.pem } }
identities:
  payments: { certificate: a.crt, privateKey: a.key }
endpoints:
  - { name: one, url: "https://a.example/", trustBundle: lab, admits: [payments] }
  - name: two
    url: https://b.example/
    trustBundle: lab
    admits: [payments]
`;

test('an endpoint and an identity have the registry’s line, and the path from the workspace', async () => {
  writeFileSync(place('registry.yaml'), REGISTRY);
  const { placeOf } = await readWithPlaces(place('registry.yaml'), true);
  const lineOf = (section: 'endpoints' | 'identities', name: string) => placeOf?.(section, name)?.line;
  expect([lineOf('endpoints', 'one'), lineOf('endpoints', 'two'), lineOf('identities', 'payments')]).toEqual([6, 7, 4]);
  expect(placeOf?.('endpoints', 'one')?.file).toMatch(/registry\.yaml$/);
  expect((await readWithPlaces(place('registry.yaml'), false)).placeOf).toBeUndefined();
});

test('an endpoint of an included file has the line and the path of that file; an error names it, too', async () => {
  writeFileSync(place('registry.yaml'), REGISTRY.replace('version: 1', 'version: 1\ninclude: [more.yaml]'));
  writeFileSync(place('more.yaml'), '# more\nendpoints:\n  - { name: three, url: "https://h", admits: [payments] }\n');
  const { placeOf } = await readWithPlaces(place('registry.yaml'), true);
  expect(placeOf?.('endpoints', 'three')).toMatchObject({ file: expect.stringMatching(/more\.yaml$/), line: 3 });
  expect(placeOf?.('endpoints', 'one')).toMatchObject({ file: expect.stringMatching(/registry\.yaml$/), line: 7 });
  writeFileSync(place('more.yaml'), 'endpoints:\n  - { name: one, url: "https://h", admits: [payments] }\n');
  await expect(readWithPlaces(place('registry.yaml'), false)).rejects.toThrow(
    /more\.yaml:2:\d+ endpoints\[0\]\.name: "one" is the name of an endpoint of registry\.yaml:7 already/,
  );
});

test('a registry that is not there: the nearest name beside it', async () => {
  writeFileSync(place('registry.yaml'), REGISTRY);
  await expect(readWithPlaces(place('regsitry.yaml'), false)).rejects.toThrow(/did you mean ".*registry\.yaml"\?$/);
  await expect(readWithPlaces(place('other'), false)).rejects.toThrow(/mtls-monitor init writes a starter/);
});
