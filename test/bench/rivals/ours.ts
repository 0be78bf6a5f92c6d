/** This product on the same questions, as a user runs it. */
import { acceptedCode, TLS_VERSIONS } from '../../../shared/model/names.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { checkLab, labRegistry } from '../../helpers/registry.ts';
import type { Arena } from './arena.ts';
import { QUESTIONS, type Result, type Verdict } from './questions.ts';

const VERDICTS: Readonly<Record<CheckResult['verdict'], Verdict>> = {
  pass: 'secure',
  fail: 'open',
  inconclusive: 'nothing',
  waived: 'nothing',
};

/** A fail for another reason than an acceptance says nothing about the question. */
const verdictOf = (check: CheckResult | undefined): Verdict => {
  if (check === undefined) return 'nothing';
  return check.verdict === 'fail' && check.code !== acceptedCode(check.scenario) ? 'nothing' : VERDICTS[check.verdict];
};

export const ours = async (arena: Arena): Promise<readonly Result[]> => {
  const endpoints = arena.targets.map(({ endpoint }) => endpoint);
  const { report } = await checkLab(labRegistry(arena.files, endpoints), arena.files);
  const answers = arena.targets.flatMap((target) =>
    TLS_VERSIONS.flatMap((tls) =>
      QUESTIONS.map((question) => {
        const check = report.checks.find(
          (each) =>
            each.endpoint === target.name && each.scenario === question && (each.tls === tls || each.tls === null),
        );
        return { target, question, tls, verdict: verdictOf(check), saw: check?.code ?? 'not asked' };
      }),
    ),
  );
  const how = ['`mtls-monitor check REGISTRY --format json`: the verdicts of the scenarios of the same names.'];
  return [{ rival: 'ours', version: 'mtls-monitor 0.1.0', how, answers }];
};
