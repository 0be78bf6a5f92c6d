/** The pages and schemas under docs/reference, made from what the program itself uses, and the list of decisions. `--write` writes them, else differences are listed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FORMAT_NAMES, jsonSchema } from '../../shared/registry/json-schema.ts';
import { curesPage } from './cures-page.ts';
import { decisionsPage } from './decisions-page.ts';
import { findingsPage } from './findings-page.ts';
import { meshesPage } from './meshes-page.ts';
import { metricsPage, scenariosPage, standingsPage } from './pages.ts';
import { registryPage } from './registry-page.ts';

/** Content by path from the repository's root. A new page is one line here. */
export const references = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    FORMAT_NAMES.map((format) => [
      `docs/reference/${format}.schema.json`,
      `${JSON.stringify(jsonSchema(format), null, 2)}\n`,
    ]),
  ),
  'docs/reference/registry.md': registryPage(),
  'docs/reference/scenarios.md': scenariosPage(),
  'docs/reference/findings.md': findingsPage(),
  'docs/reference/cures.md': curesPage(),
  'docs/reference/meshes-and-gateways.md': meshesPage(),
  'docs/reference/metrics.md': metricsPage(),
  'docs/reference/standings.md': standingsPage(),
  'docs/adr/README.md': decisionsPage(),
});

const place = (path: string): URL => new URL(`../../${path}`, import.meta.url);

/** Paths whose committed copy is missing or differs. */
export const differences = (): readonly string[] =>
  Object.entries(references()).flatMap(([path, content]) => (committed(path) === content ? [] : [path]));

const committed = (path: string): string | null => {
  try {
    return readFileSync(place(path), 'utf8');
  } catch {
    return null;
  }
};

if (import.meta.main) {
  const stale = differences();
  if (process.argv.includes('--write')) {
    for (const path of stale) writeFileSync(place(path), references()[path] ?? '');
  } else if (stale.length > 0) {
    process.exitCode = 1;
  }
  console.log(stale.length === 0 ? 'all references are current' : stale.join('\n'));
}
