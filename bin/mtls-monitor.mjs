#!/usr/bin/env node
// Plain JavaScript: whatever Node a machine has must be able to run this far and say what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  // Names are resolved in libuv's threads, four by default: a few that do not resolve would hold up all the others.
  process.env.UV_THREADPOOL_SIZE ??= '64';
  await import('../functions/cli/main.ts');
} else {
  const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(own)) {
    process.stderr.write(
      `mtls-monitor needs Node 24 or newer; this is ${process.versions.node}. Run npm ci (it brings Node 24 where it can).\n`,
    );
    process.exit(70);
  }
  const { status, signal } = spawnSync(own, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? (signal === 'SIGINT' ? 130 : 70));
}
