/** The rules of CONTRIBUTING that no other tool holds. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acceptedCode, FIXED_CODES, SCENARIO_NAMES } from '../../shared/model/names.ts';
import { scenarioNamed } from '../../shared/scenario/catalogue.ts';
import { ROOT, sourcesIn, textOf } from './support/sources.ts';

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'ignore'] });
const tracked = (): readonly string[] =>
  git('ls-files')
    .split('\n')
    .filter((file) => existsSync(join(ROOT, file)));
const hasGit = existsSync(join(ROOT, '.git'));
const product = sourcesIn('shared', 'functions', 'infra');

const MOST_LINES = 200;
/** What is longer, and why it is not split. */
const LONG: Readonly<Record<string, string>> = {
  'shared/model/names.ts': 'data: the closed lists, one name a line',
  'shared/probe/conversation.ts': 'the state of one connection: in two files, both would have to see all of it',
  'shared/verdict/explain/codes.ts': 'data: one text for each code',
  'shared/verdict/explain/served-codes.ts': 'data: one text for each code',
};

test(`a file has ${MOST_LINES} lines at the most; those that have more say why`, () => {
  expect(product.length).toBeGreaterThan(200);
  const long = product.filter((file) => textOf(file).split('\n').length - 1 > MOST_LINES);
  expect(long).toEqual(Object.keys(LONG).toSorted());
});

/** A command has the name of what it shows, a scenario's stage the scenario's, and each function its own handler and ports. */
const ALIKE = [
  /^shared\/(model|scenario)\//,
  /^functions\/cli\/(commands|render\/html)\//,
  /\/(handler|index|ports)\.ts$/,
];

test('a file’s name stands in one folder', () => {
  const own = product.filter((file) => !ALIKE.some((pattern) => pattern.test(file)));
  const twice = [...Map.groupBy(own, (file) => basename(file))].filter(([, files]) => files.length > 1);
  expect(Object.fromEntries(twice)).toEqual({});
});

test('each code is expected by a test', () => {
  const texts = sourcesIn('test')
    .filter((file) => !/^test\/(conventions|helpers|bench)\//.test(file))
    .map(textOf);
  const accepted = SCENARIO_NAMES.filter((name) => scenarioNamed(name).acceptance !== null).map(acceptedCode);
  const unexpected = [...FIXED_CODES, ...accepted].filter(
    (code) => !texts.some((text) => new RegExp(`\\b${code}\\b`).test(text)),
  );
  expect(accepted.length).toBeGreaterThan(10);
  expect(unexpected).toEqual([]);
});

describe('which test owns which folder', () => {
  /** Vocabulary and data, which every other test reads. */
  const WITHOUT = ['model', 'scenario'];
  const units = sourcesIn('test/unit').filter((file) => file.endsWith('.test.ts'));
  const folderOf = (file: string): string => file.split('/')[2] ?? '';
  const subjectOf = (folder: string): string =>
    folder === 'functions' ? 'functions' : folder === 'cli' ? 'functions/cli' : `shared/${folder}`;

  test('each folder of shared has its own below test/unit', () => {
    const folders = readdirSync(join(ROOT, 'shared')).filter((folder) => !WITHOUT.includes(folder));
    expect([...new Set(units.map(folderOf))].toSorted()).toEqual([...folders, 'cli', 'functions'].toSorted());
  });

  test('each unit test imports what its folder names', () => {
    const strangers = units.filter((file) => !textOf(file).includes(`/${subjectOf(folderOf(file))}/`));
    expect(strangers).toEqual([]);
  });
});

describe.skipIf(!hasGit)('what git has', () => {
  const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n)+[A-Za-z0-9+/]{40}/;

  test('no private key is committed', () => {
    const files = tracked();
    expect(files.length).toBeGreaterThan(500);
    expect(files.filter((file) => /\.(key|pem|p12|pfx|jks|der)$/.test(file))).toEqual([]);
    const holding = files
      .filter((file) => /\.(ts|mjs|md|py|go|sh|java|ya?ml|json|txt)$/.test(file))
      .filter((file) => KEY.test(textOf(file)));
    expect(holding).toEqual([]);
    const planted = ['-----BEGIN', 'EC PRIVATE', `KEY-----\n${'A'.repeat(64)}`].join(' ');
    expect([KEY.test(planted), KEY.test(planted.slice(0, 40))]).toEqual([true, false]);
  });

  /** The last commit before the rule. A clone without history does not have it. */
  const BEFORE = '89f9c3da69be063808f56fee97e9de259e4e0ae7';
  const isKnown = (): boolean => {
    try {
      git('merge-base', '--is-ancestor', BEFORE, 'HEAD');
      return true;
    } catch {
      return false;
    }
  };

  const isSubject = (subject: string): boolean =>
    /^[a-z0-9][\w-]*(, [\w-]+)*: \S/.test(subject) && subject.length <= 72;

  test.skipIf(!isKnown())('a commit’s subject names an area and has 72 characters at the most', () => {
    const subjects = git('log', '--no-merges', '--format=%s', `${BEFORE}..HEAD`).split('\n').filter(Boolean);
    expect(subjects.filter((subject) => !isSubject(subject))).toEqual([]);
    expect(['Mend it', 'pki:', `pki: ${'a'.repeat(68)}`, 'pki, probe: one thing'].map(isSubject)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('servers that tests and the demo start', () => {
  /** With a named address of loopback, or a variable that holds one. */
  const isNamed = (call: string): boolean => /^\.listen\([^(),]+, *(HOST|host|ip|'127\.0\.0\.1')[,)]/.test(call);
  const callsIn = (text: string): readonly string[] => text.match(/\.listen\([^()]*[,)]/g) ?? [];

  test('listen on an address that is named, and on no wildcard', () => {
    const files = sourcesIn('test', 'functions').filter((file) => !file.endsWith('rules.test.ts'));
    const calls = files.flatMap((file) => callsIn(textOf(file)).map((call) => `${file}: ${call}`));
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => !isNamed(call.slice(call.indexOf(': ') + 2)))).toEqual([]);
    const bad = callsIn("s.listen(0); s.listen(0, '0.0.0.0', done); s.listen(0, () => {}); s.listen(port, HOST, done)");
    expect(bad.map(isNamed)).toEqual([false, false, false, true]);
  });
});
