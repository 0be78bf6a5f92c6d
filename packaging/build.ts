/**
 * `npm run package`: the package `mtls-monitor`, in `dist/` and as an archive. The construct and the rotation test as ES modules with declarations, the command line
 * without the CDK, and the Lambda functions bundled: who installs the package needs no bundler, no lock file and no TypeScript.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUNDLING, FUNCTIONS } from '../infra/function-bundling.ts';
import { billOfMaterials } from './sbom.ts';

const ROOT = join(import.meta.dirname, '..');
/** The archive is written there. Default: `dist`. */
const DESTINATION = process.argv[2] ?? join(ROOT, 'dist');
const DIST = process.argv[2] === undefined ? DESTINATION : join(DESTINATION, 'package');
/** What the user's own project brings. */
const PEERS = ['aws-cdk-lib', 'constructs'];

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: [...BUNDLING.mainFields] as string[],
  banner: { js: BUNDLING.banner },
  logLevel: 'warning',
  absWorkingDir: ROOT,
  legalComments: 'none',
  metafile: true,
} satisfies BuildOptions;

/** The construct runs in the user's own synth, under Node 20 too: calls that Node 20 lacks are replaced. */
const library = () =>
  build({
    ...common,
    entryPoints: { index: 'infra/index.ts' },
    outdir: join(DIST, 'lib'),
    target: 'node20',
    external: PEERS.flatMap((name) => [name, `${name}/*`]),
    inject: [join(import.meta.dirname, 'node-20.ts')],
  });

const rotation = () =>
  build({
    ...common,
    entryPoints: { rotation: 'functions/rotation/index.ts' },
    outdir: join(DIST, 'lib'),
    target: 'node24',
  });

const commandLine = () =>
  build({
    ...common,
    entryPoints: { main: 'functions/cli/main.ts' },
    outdir: join(DIST, 'functions/cli'),
    target: 'node24',
  });

const functions = () =>
  build({
    ...common,
    entryPoints: Object.fromEntries(FUNCTIONS.map((name) => [`${name}/index`, `functions/${name}/handler.ts`])),
    outdir: join(DIST, 'lambda'),
    outExtension: { '.js': '.mjs' },
    target: BUNDLING.target,
    minify: true,
  });

/** Copies the declarations that the entries reach, and no others: those of the registry would need its parser's types. */
const declarations = (): void => {
  const types = join(DIST, 'all-types');
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [
    '-p',
    join(import.meta.dirname, 'tsconfig.json'),
    '--outDir',
    types,
  ]);
  const entries = ['infra/index.d.ts', 'functions/rotation/index.d.ts'];
  const seen = new Set<string>();
  const copy = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(types, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/from '([^']+)'/g)) {
      if (from.startsWith('.')) copy(relative(types, join(types, dirname(file), from.replace(/\.ts$/, '.d.ts'))));
      else if (!PEERS.some((peer) => from === peer || from.startsWith(`${peer}/`)))
        throw new Error(`The declaration ${file} needs ${from}, which who installs the package does not have.`);
    }
    const to = join(DIST, 'types', file);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text.replaceAll(/(from '\.[^']+)\.ts'/g, "$1.js'"));
  };
  for (const entry of entries) copy(entry);
  rmSync(types, { recursive: true });
};

/** Who only wants the command line installs no CDK: the peers are optional. The command line itself asks for Node 24. */
const manifest = () => {
  const { name, version, description, license, type, bin } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const typed = (types: string, entry: string) => ({ types: `./types/${types}`, default: `./lib/${entry}` });
  return {
    ...{ name, version, description, license, type, bin },
    engines: { node: '>=20.11' },
    exports: {
      '.': typed('infra/index.d.ts', 'index.js'),
      './rotation': typed('functions/rotation/index.d.ts', 'rotation.js'),
      './registry.schema.json': './registry.schema.json',
      './package.json': './package.json',
    },
    peerDependencies: { 'aws-cdk-lib': '^2.275.0', constructs: '^10.5.0' },
    peerDependenciesMeta: { 'aws-cdk-lib': { optional: true }, constructs: { optional: true } },
  };
};

/** Folders of the packages whose code the bundles hold. */
const packagesOf = (files: readonly string[]): readonly string[] => [
  ...new Set(files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [])),
];
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));

const licences = (folders: readonly string[]): string =>
  folders
    .toSorted()
    .map((folder) => {
      const { name, version, license = 'unknown' } = manifestOf(folder);
      const own = readdirSync(join(ROOT, folder)).find((file) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(file));
      const text = own === undefined ? '' : `\n\n${readFileSync(join(ROOT, folder, own), 'utf8').trim()}`;
      return `${name} ${version}: ${license}${text}`;
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);

rmSync(DIST, { recursive: true, force: true });
const built = await Promise.all([library(), rotation(), commandLine(), functions()]);
const bundled = packagesOf(built.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
writeFileSync(join(DIST, 'THIRD-PARTY-LICENCES.txt'), `${licences(bundled)}\n`);
const versions = bundled.map(manifestOf).map(({ name, version }) => `${name}@${version}`);
writeFileSync(join(DIST, 'sbom.cdx.json'), billOfMaterials(new Set(versions)));
declarations();
for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE', 'bin', 'docs'])
  cpSync(join(ROOT, file), join(DIST, file), { recursive: true });
cpSync(join(ROOT, 'docs/reference/registry.schema.json'), join(DIST, 'registry.schema.json'));
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
process.stdout.write(
  execFileSync('npm', ['pack', '--silent', '--pack-destination', DESTINATION, DIST], { encoding: 'utf8' }),
);
