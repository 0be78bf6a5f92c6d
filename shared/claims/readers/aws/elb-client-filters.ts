/** Client certificate identity filters of a Network Load Balancer (Elastic Load Balancing API, ClientCertificateIdentityFilter). */

import type { Admission, ConditionField, Rule } from '../../../model/admission.ts';
import type { Said } from '../../../model/claim.ts';
import { said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import { placed } from './aws-fields.ts';

const FIELDS = ['subject-cn', 'subject-ou', 'san-dns', 'san-uri'] as const satisfies readonly ConditionField[];

/**
 * A certificate has to match one filter; an empty list admits every certificate of the trust store. Null where the list is not there: an AWS CLI or SDK
 * that is older than the filters leaves them out.
 */
export const filtersIn = (mutual: Field, arn: string): Said<Admission> => {
  const filters = mutual.get('ClientCertificateIdentityFilters');
  if (!filters.isThere) return null;
  const rules = filters.items().map((filter) => ruleOf(filter, arn));
  return rules.length === 0
    ? said({ rules, otherwise: 'admit' }, placed(filters, arn), 'the list of identity filters is empty')
    : said({ rules, otherwise: 'refuse' }, placed(filters, arn), 'a certificate has to match one of the filters');
};

const ruleOf = (filter: Field, arn: string): Rule => {
  // `accept` is the only action there is; of another one nobody knows what it does.
  const action = filter.get('Action').oneOf(['accept']);
  const field = filter.get('Field').oneOf(FIELDS);
  const how = filter.get('MatchType').oneOf(['exact', 'prefix']);
  const text = filter.get('Value').text();
  if (action === null || field === null || how === null || text === null)
    throw filter.damaged('expected Action, Field, MatchType and Value');
  return {
    effect: 'admit',
    all: [{ field, not: false, any: [{ how, text }] }],
    unread: filter.unread().map(({ path }) => path),
    at: placed(filter, arn),
  };
};
