import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { SCENARIO_NAMES } from '../../shared/model/names.ts';

const root = resolve(import.meta.dirname, '../..');
/** A scenario is named in its own record and in the closed lists of the model, which the records' types hold to them. */
const OWN = ['shared/scenario/', 'shared/model/'];

type Use = { readonly count: number; readonly why: string };
const PRESENTED = 'what is presented (`Presented`), not the scenario';
const DETOUR = 'a detour by its kind: the compiler asks for each';
const CLIENTS = 'what a mesh’s clients do, or a fault of a certificate: no scenario';
const FAMILY_NAME = 'the family, the cause or the command of that name';
const FAULT = 'a record by `Fault`: the compiler asks for each';

/** Where a string that is a scenario's name may stand, how often, and why it is no list of scenarios. */
const USES: Readonly<Record<string, Use>> = {
  'functions/cli/commands/present-command.ts': { count: 1, why: 'an example in its help' },
  'functions/cli/demo/servers.ts': { count: 1, why: 'a server’s certificate of the test PKI' },
  'shared/custodian/fault-making.ts': { count: 2, why: FAULT },
  'shared/pipeline/ask/applicable.ts': { count: 1, why: 'the one whose certificate an identity signs' },
  'shared/pipeline/ask/attempts.ts': { count: 1, why: PRESENTED },
  'shared/pipeline/ask/detour-changes.ts': { count: 5, why: DETOUR },
  'shared/pipeline/ask/detours.ts': { count: 3, why: 'each takes its own detour' },
  'shared/pipeline/ask/first-attempts.ts': { count: 8, why: `${DETOUR}; one is ${PRESENTED}` },
  'shared/pipeline/ask/forged-headers.ts': { count: 4, why: 'takes its own detour' },
  'shared/pipeline/ask/missing-intermediate.ts': { count: 1, why: 'takes its own detour' },
  'shared/pipeline/ask/presenting.ts': { count: 3, why: `${PRESENTED}; one is whose certificate an identity signs` },
  'shared/pipeline/ask/prober.ts': { count: 8, why: `${DETOUR}; one is ${PRESENTED}` },
  'shared/pipeline/ask/types.ts': { count: 5, why: DETOUR },
  'shared/pipeline/ask/resumed-identity.ts': { count: 3, why: 'takes its own detour' },
  'shared/pipeline/load/other-versions.ts': { count: 1, why: 'the one detour for which more versions are loaded' },
  'shared/pipeline/run/present-check.ts': { count: 2, why: PRESENTED },
  'shared/pipeline/run/test-pending.ts': { count: 1, why: 'the id of a run that is recorded nowhere' },
  'shared/pipeline/run/withdrawn.ts': { count: 4, why: 'the one scenario whose checks end with what it presents' },
  'shared/pki/x509/crl-coverage.ts': { count: 4, why: 'why a CRL does not speak of a certificate' },
  'shared/pki/x509/crl-entries.ts': { count: 4, why: 'what a CRL says of a certificate (RFC 5280 §5.3.1)' },
  'shared/pki/served/crl-cures.ts': { count: 1, why: 'why a CRL does not speak of a certificate' },
  'shared/pki/identity/identity.ts': { count: 2, why: FAULT },
  'shared/pki/test-pki/issue-faulty.ts': { count: 2, why: FAULT },
  'shared/pki/test-pki/lab-pki.ts': { count: 1, why: 'a server’s certificate of the test PKI' },
  'shared/pki/mint/mint.ts': { count: 4, why: 'mints each `MintedScenario`: the compiler asks for each' },
  'shared/pki/served/ocsp-staple.ts': { count: 3, why: 'a certificate’s status (RFC 6960 §2.2)' },
  'shared/pki/x509/ocsp.ts': { count: 2, why: 'a certificate’s status (RFC 6960 §2.2)' },
  'shared/pki/identity/preflight.ts': {
    count: 1,
    why: 'a fault: an identity that is meant to be expired is not reported for it',
  },
  'shared/pipeline/load/dates.ts': {
    count: 1,
    why: 'a fault: the end of an identity that is meant to be expired is no news',
  },
  'shared/plan/plan.ts': { count: 2, why: PRESENTED },
  'shared/probe/addresses.ts': { count: 1, why: 'a symbol for a time that is over' },
  'shared/protocol/curl.ts': { count: 8, why: `${DETOUR}; one is ${PRESENTED}` },
  'shared/protocol/grpc.ts': { count: 1, why: PRESENTED },
  'shared/protocol/mqtt.ts': { count: 2, why: PRESENTED },
  'shared/protocol/postgres.ts': { count: 1, why: PRESENTED },
  'shared/protocol/raw-tls.ts': { count: 1, why: PRESENTED },
  'shared/protocol/redis.ts': { count: 1, why: PRESENTED },
  'shared/registry/registry-document.ts': { count: 1, why: FAULT },
  'shared/verdict/explain/cause-texts.ts': {
    count: 3,
    why: 'advice names the check to look at first; one is what is mended (`Mending`)',
  },
  'shared/verdict/explain/reproduce.ts': { count: 7, why: `${DETOUR}; others are ${PRESENTED}` },
  'shared/verdict/explain/codes.ts': { count: 1, why: 'advice names the check to look at first' },
  'shared/verdict/judge/judge-acceptance.ts': { count: 1, why: 'the one detour whose attempts are not alike' },
  'shared/verdict/judge/judge-endpoint.ts': { count: 7, why: DETOUR },
  'shared/verdict/judge/judge-forged.ts': { count: 2, why: 'judges this detour' },
  'shared/verdict/judge/judgements.ts': { count: 2, why: 'the detours whose session a message names' },
  'shared/verdict/judge/never-judged.ts': { count: 1, why: PRESENTED },
  'shared/verdict/judge/judge-returning.ts': { count: 1, why: 'judges this detour' },
  'shared/verdict/judge/refused-for-its-name.ts': { count: 2, why: FAULT },
  'shared/verdict/judge/result.ts': { count: 1, why: PRESENTED },
  'shared/verdict/judge/trial.ts': { count: 5, why: DETOUR },
  'shared/verdict/judge/served-chains.ts': { count: 1, why: PRESENTED },
  'functions/cli/commands/configuration.ts': { count: 1, why: FAMILY_NAME },
  'functions/cli/render/description-text.ts': { count: 2, why: FAMILY_NAME },
  'functions/cli/render/findings.ts': { count: 1, why: FAMILY_NAME },
  'shared/claims/readers/cilium.ts': { count: 1, why: CLIENTS },
  'shared/claims/readers/consul.ts': { count: 1, why: CLIENTS },
  'shared/claims/readers/envoy/envoy-claims.ts': { count: 1, why: CLIENTS },
  'shared/claims/readers/istio/istio-clients.ts': { count: 4, why: CLIENTS },
  'shared/claims/readers/istio/istio-gateways.ts': { count: 1, why: CLIENTS },
  'shared/claims/readers/kong/kong-mtls.ts': { count: 1, why: CLIENTS },
  'shared/claims/readers/nginx/nginx-claim.ts': { count: 1, why: CLIENTS },
  'shared/discover/from-claims.ts': { count: 1, why: CLIENTS },
  'shared/discover/slug.ts': { count: 1, why: CLIENTS },
  'shared/pipeline/ask/endpoint-run.ts': { count: 1, why: FAMILY_NAME },
  'shared/publish/figures.ts': { count: 1, why: FAMILY_NAME },
  'shared/publish/headline.ts': { count: 1, why: FAMILY_NAME },
  'shared/publish/items.ts': { count: 1, why: FAMILY_NAME },
  'shared/verdict/configured/configured-finding.ts': { count: 1, why: FAMILY_NAME },
  'shared/verdict/configured/judge-configuration.ts': { count: 3, why: FAMILY_NAME },
  'shared/verdict/configured/weaknesses.ts': { count: 4, why: FAMILY_NAME },
  'shared/verdict/configured/wire.ts': { count: 6, why: FAMILY_NAME },
  'shared/verdict/explain/configuration-codes.ts': { count: 2, why: FAMILY_NAME },
  'shared/verdict/explain/sections.ts': { count: 21, why: FAMILY_NAME },
};

const sources = ['shared', 'functions', 'infra', 'bin'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\.(ts|mjs)$/.test(file) && !OWN.some((own) => file.startsWith(own))),
);

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '');

/** As a whole string, or where an id begins with it. */
const named = new RegExp(`(['"\`])(?:${SCENARIO_NAMES.join('|')})(?:\\1|[/#@])`, 'gu');
const namesIn = (text: string): readonly string[] => withoutComments(text).match(named) ?? [];

const ADVICE =
  'A scenario’s name stands here that did not before, or one is gone. What is known of a scenario belongs into its record (shared/scenario): add a field there, or read familyOf(scenario). If the string means something else, or this one scenario for a reason that a comment gives, change its count in USES.';

test('no list of scenarios stands outside their records', () => {
  expect(sources.length).toBeGreaterThan(200);
  const found = Object.fromEntries(
    sources
      .map((file) => [file, namesIn(readFileSync(join(root, file), 'utf8')).length] as const)
      .filter(([, count]) => count > 0)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
  expect(found, ADVICE).toEqual(Object.fromEntries(Object.entries(USES).map(([file, { count }]) => [file, count])));
});

test('no record of some scenarios stands outside theirs: it would lack the next one in silence', () => {
  const partial = sources.filter((file) =>
    /Partial<[^;=]*\bScenarioName\b|readonly ScenarioName\[\] = \[/u.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(partial, ADVICE).toEqual([]);
});

test('finds a name in a list, a comparison, a key and an id; not in a comment', () => {
  expect(namesIn('const LIST = [\'sni-bypass\', "resumption"];')).toHaveLength(2);
  expect(namesIn("if (scenario === 'no-certificate') return;")).toHaveLength(1);
  expect(namesIn("const OF = { 'forged-header': 16 };")).toHaveLength(1);
  expect(namesIn('const id = `identity-health/' + 'x`;')).toHaveLength(1);
  expect(namesIn("/** `sni-bypass` and 'resumption'. */\n  // 'expired'\n")).toEqual([]);
});
