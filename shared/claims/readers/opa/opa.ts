/** OPA: decisions that were saved (`{ "path", "input", "result" }`), or its decision log. */

import type { Rule } from '../../../model/admission.ts';
import type { Claim } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { DataDocument, SourceDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { portOfText } from '../../port-text.ts';
import { printable } from '../../printable.ts';
import type { Reader, ReaderContext } from '../../reader.ts';
import { hostIn, ruleOf } from './opa-decision.ts';
import { OPA_ONLY_DECIDES } from './opa-questions.ts';

/** An answer without a `result` is one: undefined. Then something else says that it is a decision. */
const isDecision = (field: Field): boolean =>
  field.kind === 'map' &&
  field.get('input').kind === 'map' &&
  ['result', 'decision_id', 'path'].some((name) => field.get(name).isThere);

const decisionsIn = ({ root }: DataDocument): readonly Field[] =>
  root.kind === 'list' ? root.items().filter(isDecision) : isDecision(root) ? [root] : [];

const isOwn = (document: SourceDocument): document is DataDocument =>
  document.kind === 'data' && document.object === null && decisionsIn(document).length > 0;

export const opa: Reader = {
  name: 'opa',
  title: 'OPA',
  exports: ['opa run --server --set decision_logs.console=true'],
  isText: null,
  recognises: isOwn,
  read: (documents, context) => {
    const { found, problems } = readEach(documents.filter(isOwn).flatMap(decisionsIn), (field) => [decisionOf(field)]);
    const places = Map.groupBy(found, ({ policy, host }) => JSON.stringify([policy, host]));
    return {
      claims: [...places.values()].map((decisions) => claimOfDecisions(decisions, context)),
      certificates: [],
      problems,
    };
  },
};

type Decision = { readonly policy: string; readonly host: string | null; readonly rule: Rule };

const decisionOf = (field: Field): Decision => {
  const input = field.get('input').plain();
  const policy = printable(field.get('path').text() ?? 'unnamed');
  const at = { ...field.at(), object: `decision of ${policy}` };
  return { policy, host: hostIn(input), rule: ruleOf(input, field.get('result').plain(), at) };
};

const claimOfDecisions = (decisions: readonly Decision[], context: ReaderContext): Claim => {
  const [{ policy, host }] = decisions as readonly [Decision, ...Decision[]];
  // Of the same question the last answer counts: a log has the newest below.
  const rules = new Map(decisions.map(({ rule }) => [JSON.stringify([rule.all, rule.unread]), rule]));
  const at = decisions[0]?.rule.at ?? { file: null, line: null, object: null };
  const hosts = host === null ? [] : [printable(host.replace(/:\d+$/, ''))];
  const port = /:(\d+)$/.exec(host ?? '')?.[1];
  return claimOf('opa', context, {
    at,
    endpoint: {
      name: host === null ? policy : `${policy} ${host}`,
      hosts,
      port: portOfText(port ?? ''),
    },
    admission: said({ rules: [...rules.values()], otherwise: 'unsaid' }, at, 'as OPA decided when it was asked'),
    notes: [OPA_ONLY_DECIDES],
  });
};
