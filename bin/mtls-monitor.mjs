#!/usr/bin/env node
// Plain JavaScript: every version of Node must be able to run this file, which prints the required version.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  // Node resolves names in libuv's threads, four by default: a few names without an answer would delay all others.
  process.env.UV_THREADPOOL_SIZE ??= '64';
  const sources = new URL('../functions/cli/main.ts', import.meta.url);
  if (existsSync(sources)) {
    // What Node makes of the sources is kept beside them: the next start takes half the CPU and 20 MiB less. Where the folder cannot be written, nothing is kept.
    module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/mtls-monitor', import.meta.url)));
    await import(sources.href);
  } else {
    // The package has the sources compiled.
    await import('../functions/cli/main.js');
  }
} else {
  const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(own)) {
    process.stderr.write(
      `mtls-monitor needs Node 24 or newer; this is ${process.versions.node}: install Node 24 from https://nodejs.org, or with your version manager. (In a checkout of the project, npm ci brings it on Linux.)\n`,
    );
    process.exit(70);
  }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: this one waits until the child has written its results. A signal to this process alone is forwarded.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? (signal === 'SIGINT' ? 130 : 70)));
}
