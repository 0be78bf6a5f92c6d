/** IAM's decision on a request, for the parts of its language that the monitor's roles use; any other part is an error. */

type OneOrMore = string | readonly string[];
export type Statement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: OneOrMore;
  readonly Resource: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
};

/** What one call asks for. `context` has the values of condition keys. */
export type IamRequest = {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
};

const list = (value: OneOrMore): readonly string[] => (typeof value === 'string' ? [value] : value);

/** IAM User Guide, "IAM JSON policy elements: Resource": `*` is any text, `?` one character. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text);

const OPERATORS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: matches,
  'ForAllValues:StringLike': matches,
};

/** A key that the request does not have does not match ("IAM JSON policy elements: Condition operators"), but for ForAllValues ("Set operators"). */
const holds = ({ Condition = {} }: Statement, { context }: IamRequest): boolean =>
  Object.entries(Condition).every(([operator, keys]) => {
    const compare = OPERATORS[operator];
    if (compare === undefined) throw new Error(`The evaluator has no operator ${operator}`);
    return Object.entries(keys).every(([key, patterns]) => {
      const value = context[key];
      if (value === undefined) return operator.startsWith('ForAllValues:');
      return list(patterns).some((pattern) => compare(pattern, value));
    });
  });

/** Actions are compared without regard to case ("IAM JSON policy elements: Action"), resources with it. */
const covers = (statement: Statement, request: IamRequest): boolean =>
  list(statement.Action).some((each) => matches(each.toLowerCase(), request.action.toLowerCase())) &&
  list(statement.Resource).some((each) => matches(each, request.resource)) &&
  holds(statement, request);

/** "Policy evaluation logic", identity policies: a Deny wins, and without an Allow the answer is no. */
export const isAllowed = (statements: readonly Statement[], request: IamRequest): boolean => {
  const found = statements.filter((statement) => covers(statement, request));
  return found.length > 0 && found.every(({ Effect }) => Effect === 'Allow');
};

/** One action on one resource, with the statement's conditions. */
export const grantsIn = (statements: readonly Statement[]): readonly Statement[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      list(statement.Action).flatMap((Action) =>
        list(statement.Resource).map((Resource) => ({ ...statement, Action, Resource })),
      ),
    );

/** The grants that no request needs. */
export const unused = (statements: readonly Statement[], requests: readonly IamRequest[]): readonly Statement[] =>
  grantsIn(statements).filter((grant) => !requests.some((request) => covers(grant, request)));
