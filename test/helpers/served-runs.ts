/** What a check of served certificates says run after run, judged and advanced as in production; nothing is dialled. */
import { X509Certificate } from 'node:crypto';
import type { Registry } from '../../shared/model/registry.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import type { StateItem } from '../../shared/model/state.ts';
import { DAY, type Instant } from '../../shared/model/time.ts';
import { chainJudge } from '../../shared/pipeline/load/chain-judge.ts';
import { stateUpdates } from '../../shared/pipeline/run/state-updates.ts';
import { type Authority, issue, type Validity } from '../../shared/pki/mint/issue.ts';
import { acceptableCas } from '../../shared/pki/x509/acceptable-cas.ts';
import { certificateFacts, certificatesOfPem } from '../../shared/pki/x509/certificate.ts';
import { advance } from '../../shared/regression/advance.ts';
import { judgeEndpoint } from '../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from './endpoint.ts';
import { anObservation } from './observation.ts';
import { aCheck, aLane, context } from './trial.ts';

/** What a run finds: the chains (PEM, leaf first) of each connection, and the bundle (PEM) that they are judged by. */
export type Found = {
  readonly served: readonly string[];
  readonly bundle: string;
  /** The acceptable CAs that the endpoint names, each a Name in DER. Default: no certificate is requested. */
  readonly named?: readonly Uint8Array[];
};

const ID = 'payments/served-certificate';
const KEY = 'endpoint/payments/default/certificates';
const defaults: Pick<Registry, 'settleAfter' | 'remindAfter'> = { settleAfter: 2, remindAfter: 3650 * DAY };

export const serverLeaf = async (authority: Authority, validity: Validity, serial?: Uint8Array): Promise<string> =>
  (
    await issue(
      {
        subject: 'CN=payments',
        validity,
        altNames: [{ dns: 'payments.test' }],
        extendedKeyUsage: ['serverAuth'],
        ...(serial === undefined ? {} : { serial }),
      },
      authority,
    )
  ).certificatePem;

const judgeRun = ({ served, bundle, named }: Found, now: Instant) => {
  const endpoint = anEndpoint({ remindAfter: defaults.remindAfter });
  const anchors = certificatesOfPem(bundle).map((each) => new X509Certificate(each.raw));
  const judge = chainJudge(endpoint, { ok: true, anchors }, now);
  const observed = served.map((pem) =>
    anObservation(
      { kind: 'answered', phase: 'answer', status: 200 },
      {
        servedChain: certificatesOfPem(pem).map(certificateFacts),
        chainVerified: true,
        ...(named !== undefined && { acceptableCas: named }),
      },
    ),
  );
  for (const each of observed) judge.learn(each);
  const check = aCheck('served-certificate');
  const attempts = observed.map((observation) => ({ observation, outcome: { kind: 'accepted' } as const }));
  const lane = {
    ...aLane(observed[0]!),
    controls: [{ check: aCheck('valid-identity', 'checkout'), attempts }],
    derived: [check],
  };
  const judged = judgeEndpoint(
    [check],
    { lanes: [lane], plaintext: [] },
    {
      ...{ ...context, endpoint, now },
      acceptableCasOf: ({ acceptableCas: names }) => (names === undefined ? null : acceptableCas(names, null)),
    },
    judge.problemsOf,
  );
  return { endpoint, judged };
};

export type Told = { readonly at: Instant; readonly kind: string; readonly code: string; readonly severity: string };

/** A run at each of `times`; what was told, in order, and the state that is left. */
export const runsOver = (
  times: readonly Instant[],
  found: (now: Instant) => Found,
): { told: readonly Told[]; results: readonly CheckResult[]; item: StateItem | null; writes: number } => {
  let item: StateItem | null = null;
  let writes = 0;
  const told: Told[] = [];
  const results: CheckResult[] = [];
  for (const now of times) {
    const { endpoint, judged } = judgeRun(found(now), now);
    const scope = {
      run: { id: `run-${now}`, startedAt: now },
      vantage: 'default',
      suites: ['certificates'] as const,
      endpoints: [endpoint],
      identities: {},
      health: [],
      defaults,
    };
    const update = stateUpdates(scope, { checks: judged.results, servedChains: judged.servedChains }).find(
      ({ key }) => key === KEY,
    )!;
    const next = advance(item, update, now);
    item = next.item;
    writes += Number(next.changed);
    results.push(...judged.results.filter(({ id }) => id === ID));
    told.push(...next.transitions.map(({ kind, code, severity }) => ({ at: now, kind, code, severity })));
  }
  return { told, results, item, writes };
};
