import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCheck } from '../../../functions/cli/commands/check-command.ts';
import { addCompletion, completionText } from '../../../functions/cli/commands/completion.ts';
import { FORMATS } from '../../../functions/cli/forms.ts';

const program = new Command('mtls-monitor').description('x');
addCheck(program);
program.command('explain').argument('<word>', 'a code').description("what it means: don't [panic]");
addCompletion(program);

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const sorted = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'registry.yaml'), '');
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    writeFileSync(join(folder, shell), completionText(program, shell));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (shell: string, ...args: readonly string[]) => execFileSync(shell, args, { cwd: folder, encoding: 'utf8' });

/** What bash offers for the last of these words. */
const bash = (...words: readonly string[]) =>
  sorted(
    run(
      'bash',
      ...[
        '--norc',
        '-c',
        `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mtls_monitor; printf "%s\\n" "\${COMPREPLY[@]}"`,
      ],
      ...['bash', 'mtls-monitor', ...words],
    ),
  );

describe('bash', () => {
  test('completes commands, options, their values, and the words of an argument', () => {
    expect(bash('')).toEqual(['check', 'completion', 'explain', 'help']);
    expect(bash('check', '--f')).toEqual(['--fail-on', '--format']);
    expect(bash('check', 'r.yaml', '--format', '')).toEqual([...FORMATS].toSorted());
    expect(bash('check', '--fail-on', 'c')).toEqual(['critical']);
    expect(bash('explain', 'ACCEPTED_NO_C')).toEqual(['ACCEPTED_NO_CERTIFICATE']);
    expect(bash('completion', 'z')).toEqual(['zsh']);
  });

  test('leaves a path to the shell, which completes it where no word fits', () => {
    expect([bash('check', 'reg'), bash('check', '--junit', 'reg'), bash('nothing', 'x')]).toEqual([[], [], []]);
    expect(run('bash', '--norc', '-c', 'source ./bash; complete -p mtls-monitor')).toMatch(
      /-o default -F _mtls_monitor/,
    );
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  const fish = (line: string) =>
    sorted(run('fish', '--no-config', '-c', `source ./fish; complete -C "${line}"`)).map((each) => each.split('\t')[0]);

  test('completes commands, options, their values, words and paths', () => {
    expect(fish('mtls-monitor c')).toEqual(['check', 'completion']);
    expect(fish('mtls-monitor check --fail')).toEqual(['--fail-on']);
    expect(fish('mtls-monitor check --fail-on c')).toEqual(['critical']);
    expect(fish('mtls-monitor check reg')).toEqual(['registry.yaml']);
    expect(fish('mtls-monitor explain ACCEPTED_NO_C')).toEqual(['ACCEPTED_NO_CERTIFICATE']);
  });
});

/** Types each line into a zsh in a terminal of its own, with a tab behind it, and prints what the shell then ran. */
const ZSH = [
  'zmodload zsh/zpty',
  'zpty z zsh -f -i',
  'send() { zpty -w -n z "$1" }',
  `send $'PS1=; autoload -U compinit; compinit -D -u; source ./zsh; mtls-monitor() { print -r -- "<""$*"">" }; print rea""dy\\n'`,
  "zpty -r z out $'*ready\\r*'",
  'for line in "$@"; do',
  `  send "mtls-monitor $line"$'\\t\\n'`,
  "  zpty -r z out '*<*>*'",
  `  ran=\${out##*<}; print -r -- "\${ran%%>*}"`,
  'done',
  'zpty -d z',
].join('\n');

describe.skipIf(!has('zsh'))('zsh', () => {
  test('completes commands, options, their values, words and paths', () => {
    const typed = ['comp', 'check --fail', 'check --fail-on c', 'check reg', 'explain ACCEPTED_NO_C', 'completion z'];
    expect(
      run('zsh', '-fc', ZSH, 'zsh', ...typed)
        .trim()
        .split('\n'),
    ).toEqual([
      ...['completion', 'check --fail-on', 'check --fail-on critical', 'check registry.yaml'],
      ...['explain ACCEPTED_NO_CERTIFICATE', 'completion zsh'],
    ]);
  });
});
