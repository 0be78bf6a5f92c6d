/** What CONTRIBUTING promises of a new scenario: one file, one name and one line, and it is everywhere; the compiler asks for each part. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlantedCopy, plantedCopy } from './support/planted-copy.ts';

/** Its fields, each with its source. */
const TOY = {
  name: "'toy'",
  column: "{ head: 'toy', meaning: 'a toy' }",
  family: "'detour'",
  suite: "'enforcement'",
  always: 'false',
  needs: 'null',
  onRoutes: 'false',
  presents: "'no certificate, but a toy'",
  expects: "'rejected'",
  citation: "'RFC 8446 §4.4.2.4'",
  cases: "() => single({ kind: 'none' })",
  add: 'null',
  fault: 'null',
  minted: 'false',
  mayMeetAnotherCertificate: 'false',
  comparedWithout: 'false',
  attempts: 'ATTEMPTS',
  acceptanceProves: 'null',
  cause: "'ANOTHER_WAY_IN'",
  acceptance: "{ to: 'a client with a toy', meaning: 'It is a toy.', causes: ['Play.'], cure: 'Tidy up.' }",
} as const;

const sourceOf = (fields: Readonly<Record<string, string>>, name = 'toy'): string =>
  [
    "import { ATTEMPTS, type Scenario, single } from './scenario.ts';",
    // So that a field left out is the only error of its file.
    'export const used = { ATTEMPTS, single };',
    `export const toy: Scenario<'${name}'> = {`,
    ...Object.entries(fields).map(([field, value]) => `  ${field}: ${value},`),
    '};\n',
  ].join('\n');

/** Plans, judges and draws an endpoint that takes no certificate and lets the toy in; prints what came of it. */
const PROBE = `
import { explainText } from './functions/cli/commands/explain.ts';
import { scenariosText } from './functions/cli/commands/scenarios.ts';
import { schemaText } from './functions/cli/commands/schema.ts';
import { rowOf } from './functions/cli/render/grid.ts';
import { surveyOf } from './functions/cli/render/survey.ts';
import { planEndpoint } from './shared/plan/plan.ts';
import { judgeEndpoint } from './shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from './test/helpers/endpoint.ts';
import { answered } from './test/helpers/observation.ts';
import { aReport } from './test/helpers/report.ts';
import { aLane, context } from './test/helpers/trial.ts';

const reason = { until: 1, untilDate: '1970-01-01', reason: 'play' };
const waivers = [{ scenario: 'no-certificate', subject: null, route: null, ...reason }] as const;
const observation = answered(200);
const attempt = { observation, outcome: { kind: 'accepted' } } as const;
const planned = planEndpoint(anEndpoint(), {}, ['enforcement']).checks;
const judged = (own = {}) => {
  const checks = planned.filter(({ scenario }) => scenario === 'no-certificate' || scenario === 'toy');
  const others = checks.map((check) => ({ check, attempts: [attempt, attempt] }));
  const lanes = [{ ...aLane(observation), others }];
  const asked = { ...context, endpoint: anEndpoint(own) };
  return judgeEndpoint(checks, { lanes, plaintext: [] }, asked, () => []).results;
};
const resultOf = (own = {}) => judged(own).find(({ scenario }) => scenario === 'toy');
const report = aReport(judged());
const { columns } = surveyOf(report);
const row = rowOf(report.part(0), columns);
console.log(
  JSON.stringify({
    planned: planned.filter(({ scenario }) => scenario === 'toy').map(({ id }) => id),
    scenarios: scenariosText(),
    registry: schemaText('registry'),
    explained: explainText('ACCEPTED_TOY'),
    head: columns.find(({ name }) => name === 'toy')?.head,
    cell: row?.cells[columns.findIndex(({ name }) => name === 'toy')]?.verdict,
    result: resultOf(),
    skipped: planEndpoint(anEndpoint({ skip: [{ scenario: 'no-certificate', reason: 'play' }] }), {}, ['enforcement'])
      .checks.filter(({ scenario }) => scenario === 'toy').length,
    waived: resultOf({ waivers })?.verdict,
  }),
);
`;

type Shown = {
  readonly planned: readonly string[];
  readonly scenarios: string;
  readonly registry: string;
  readonly explained: string;
  readonly head: string;
  readonly cell: string;
  readonly result: { readonly code: string; readonly cause: string; readonly reproduce: string };
  readonly skipped: number;
  readonly waived: string;
};

const LINE = '  toy,\n';
const ANCHOR = '} satisfies { readonly [Name in ScenarioName]: Scenario<Name> };';
let tree: PlantedCopy;

beforeAll(async () => {
  tree = await plantedCopy('toy-probe.ts');
  await tree.write('shared/scenario/toy.ts', sourceOf(TOY));
  await tree.insert('shared/model/names.ts', '] as const;\nexport type ScenarioName', "  'toy',\n");
  await tree.insert('shared/scenario/catalogue.ts', ANCHOR, LINE);
  await tree.insert('shared/scenario/catalogue.ts', 'import { untrustedIssuer }', "import { toy } from './toy.ts';\n");
  await tree.write('toy-probe.ts', PROBE);
});
afterAll(() => tree?.remove());

describe('a toy scenario: one file, one name, one line', () => {
  test('compiles, with the program that reads what came of it', async () => {
    expect(await tree.compile()).toEqual(new Map());
  });

  test('is planned, listed, accepted in a registry, judged, explained, drawn and waived with its kin', async () => {
    const { code, stdout } = await tree.node('toy-probe.ts');
    expect(code).toBe(0);
    const shown = JSON.parse(stdout) as Shown;
    expect(shown.planned).toEqual(['payments/toy']);
    expect(shown.scenarios).toMatch(/\btoy\b/);
    const enums = shown.registry.match(/"enum": \[[^\]]*"no-certificate"[^\]]*\]/g) ?? [];
    // Of waivers and of skips
    expect(enums.length).toBe(2);
    expect(enums.every((names) => names.includes('"toy"'))).toBe(true);
    expect(shown.explained).toMatch(/It is a toy\./);
    expect([shown.head, shown.cell]).toEqual(['toy', 'fail']);
    expect([shown.result.code, shown.result.cause]).toEqual(['ACCEPTED_TOY', 'CLIENT_CERTIFICATE_OPTIONAL']);
    expect(shown.result.reproduce).toMatch(/curl .*https:\/\/payments\.test/);
    expect(shown.waived).toBe('waived');
    // A detour of a client that may enter as it is proves nothing
    expect(shown.skipped).toBe(0);
  });

  test('is in the reference pages and schemas', async () => {
    expect(await tree.node('test/conventions/reference.ts', '--write')).toMatchObject({ code: 0 });
    expect(await tree.read('docs/reference/scenarios.md')).toMatch(/^\| `toy` \| no certificate, but a toy \|/m);
    expect(await tree.read('docs/reference/findings.md')).toMatch(/^### ACCEPTED_TOY$/m);
    for (const format of ['registry', 'report'])
      expect(await tree.read(`docs/reference/${format}.schema.json`)).toMatch(/^\s*"toy"/m);
  });

  test('a detour of its own: the compiler asks every stage what it does with it', async () => {
    const DETOUR = "  | DetourOf<'rotation'>;";
    await tree.insert('shared/model/check.ts', DETOUR, "  | DetourOf<'toy'>\n");
    const filesIn = async () => [...(await tree.compile()).keys()].toSorted();
    const asked = await filesIn();
    expect(asked).toEqual(expect.arrayContaining(['shared/pipeline/ask/types.ts', 'shared/verdict/judge/trial.ts']));
    await tree.insert('shared/pipeline/ask/types.ts', "  'sni-bypass': unknown;", '  toy: unknown;\n');
    await tree.insert('shared/verdict/judge/trial.ts', "  'sni-bypass': never;", '  toy: never;\n');
    expect(await filesIn()).toEqual([
      'shared/pipeline/ask/detour-changes.ts',
      'shared/pipeline/ask/first-attempts.ts',
      'shared/pipeline/ask/prober.ts',
      'shared/protocol/curl.ts',
      'shared/verdict/judge/judge-endpoint.ts',
    ]);
    const check = await tree.read('shared/model/check.ts');
    await tree.write('shared/model/check.ts', check.replace("  | DetourOf<'toy'>\n", ''));
    for (const path of ['shared/pipeline/ask/types.ts', 'shared/verdict/judge/trial.ts'])
      await tree.write(path, (await tree.read(path)).replace(/ {2}toy: (unknown|never);\n/, ''));
  });

  test('has no detour of another scenario', async () => {
    const stolen = {
      ...TOY,
      cases: "() => [{ subject: null, presented: { kind: 'none' }, detour: { kind: 'rotation' } }]",
    };
    await tree.write('shared/scenario/stolen.ts', sourceOf(stolen));
    const errors = await tree.compile();
    await tree.write('shared/scenario/stolen.ts', '');
    expect(errors.get('shared/scenario/stolen.ts')?.match(/error TS/g)).toHaveLength(1);
  });

  test('does not compile with a part left out or at odds with another', async () => {
    const fields = Object.keys(TOY);
    expect(fields.length).toBeGreaterThanOrEqual(20);
    for (const field of fields) {
      const rest = Object.fromEntries(Object.entries(TOY).filter(([name]) => name !== field));
      await tree.write(`shared/scenario/without-${field}.ts`, sourceOf(rest));
    }
    const odd = { acceptance: 'null', fault: "'expired'", minted: 'true', expects: "'accepted'", name: "'plaintext'" };
    for (const [field, value] of Object.entries(odd))
      await tree.write(`shared/scenario/odd-${field}.ts`, sourceOf({ ...TOY, [field]: value }));
    await tree.write('shared/scenario/unnamed.ts', sourceOf({ ...TOY, name: "'unnamed'" }, 'unnamed'));
    const catalogue = await tree.read('shared/scenario/catalogue.ts');
    await tree.write('shared/scenario/catalogue.ts', catalogue.replace(LINE + ANCHOR, ANCHOR));
    const errors = await tree.compile();
    const errorsIn = (file: string) => errors.get(`shared/scenario/${file}.ts`);
    for (const field of fields) expect(errorsIn(`without-${field}`)).toContain(`Property '${field}' is missing`);
    for (const field of Object.keys(odd)) expect(errorsIn(`odd-${field}`), field).toMatch(/error TS2322/);
    expect(errorsIn('unnamed')).toMatch(/error TS2344/);
    expect(errorsIn('catalogue')).toMatch(/Property 'toy' is missing/);
  });
});
