/** `npm run sbom` prints the software bill of materials of what is installed to run the monitor, as CycloneDX. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

type Component = {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
};
type Bill = {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
  components: readonly Component[];
  dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
};

/** `npm sbom --omit dev` also leaves out what the monitor runs with, if a development dependency needs it too: each component says which it is. */
const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

/**
 * Returns the bill as JSON. `bundled`: only these packages, each as `name@version`; by default all that are not for development. Equal sources give equal
 * bytes: the serial number and the time, both optional in CycloneDX 1.5, are left out. Throws if the bill lacks a bundled package.
 */
export const billOfMaterials = (bundled?: ReadonlySet<string>): string => {
  const args = ['sbom', '--sbom-format', 'cyclonedx'];
  const bill: Bill = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 }));
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // npm takes the name of the folder.
  bill.metadata.component.name = name;
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  bill.components = bill.components.filter((each) => bundled?.has(each['bom-ref']) ?? !isForDevelopment(each));
  const kept = new Set(bill.components.map((component) => component['bom-ref']));
  const missing = [...(bundled ?? [])].filter((each) => !kept.has(each));
  if (missing.length > 0) throw new Error(`The bill of materials lacks what the package holds: ${missing.join(', ')}`);
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref) || ref === `${name}@${version}`)
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
  return `${JSON.stringify(bill, null, 2)}\n`;
};

if (import.meta.main) process.stdout.write(billOfMaterials());
