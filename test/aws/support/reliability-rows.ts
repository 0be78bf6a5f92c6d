/** The rows of docs/reliability.md: every kind of call that a function of a run makes. */
import type { ProxyFault } from './fault-proxy.ts';
import type { Row } from './reliability-cells.ts';

/** The first batch, which cannot be read, is swept in a follow-up round, with batches that the report writes. */
const LOST_BATCH: readonly ProxyFault[] = [
  {
    by: 'probe',
    call: 's3 GetObject, a batch',
    effect: { kind: 'refuse', refusal: { code: 'AccessDenied', status: 403 } },
    times: Number.POSITIVE_INFINITY,
    url: /\/000000\.json/,
  },
];

const rowsOf = (by: string, ...calls: readonly string[]): readonly Row[] => calls.map((call) => ({ by, call }));

export const ROWS: readonly Row[] = [
  ...rowsOf(
    'plan',
    's3 GetObject, the registry',
    'dynamodb PutItem, the lock',
    's3 GetObject, the last durations',
    'dynamodb Query, what is open',
    's3 PutObject, a batch',
    's3 PutObject, the items of the map',
  ),
  ...rowsOf(
    'probe',
    's3 GetObject, a batch',
    'secretsmanager BatchGetSecretValue',
    'secretsmanager GetSecretValue',
    's3 PutObject, a result',
    'dynamodb GetItem, a state',
    'dynamodb PutItem, a state',
    'cloudwatch PutMetricData',
  ),
  ...rowsOf('report', 's3 ListObjectsV2, the results', 's3 GetObject, a result'),
  ...rowsOf(
    'report',
    's3 GetObject, a batch',
    's3 PutObject, a batch',
    's3 PutObject, the items of the map',
    's3 PutObject, a result',
  ).map((row) => ({ ...row, given: LOST_BATCH })),
  ...rowsOf(
    'report',
    'dynamodb GetItem, a state',
    'dynamodb PutItem, a state',
    'dynamodb GetItem, the incidents',
    'dynamodb PutItem, the incidents',
    'dynamodb Query, messages that wait',
    'dynamodb Query, states that wait',
    'dynamodb PutItem, a message',
    'sns Publish, the notification topic',
    'sns Publish, the chat topic',
    'dynamodb UpdateItem, a message',
    'dynamodb GetItem, standings',
    'dynamodb PutItem, standings',
    's3 PutObject, the last durations',
    'cloudwatch PutMetricData',
    'dynamodb UpdateItem, the lock',
    's3 PutObject, the report',
    's3 PutObject, the snapshot',
  ),
];

/** Calls that a run makes only after another fault or another run, and where they are tested. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'report dynamodb GetItem, a message': 'announce.laws.test.ts',
  'plan cloudwatch PutMetricData': 'faults.test.ts',
  'plan s3 PutObject, what left': 'upgrade.test.ts',
  'plan dynamodb PutItem, the form of the state': 'upgrade.test.ts',
  'report s3 GetObject, what left': 'upgrade.test.ts',
  'report dynamodb Scan, the whole state': 'upgrade.test.ts',
  'report dynamodb GetItem, the form of the state': 'upgrade.test.ts',
  'report dynamodb PutItem, the form of the state': 'upgrade.test.ts',
};
