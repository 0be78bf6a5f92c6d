/** The properties of the construct. */
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { MetricLevel } from '../shared/model/names.ts';
import type { EndpointEntry } from './endpoint-entry.ts';
import type { InventorySource } from './inventory-props.ts';
import type { VantageNetwork } from './monitor-vantages.ts';

export type MtlsMonitorProps = {
  /**
   * The monitor's name: the dashboard's, the dimension `Monitor` of its metrics and the beginning of its alarms' names. Letters, digits, `-` and `_`,
   * at most 100. No two monitors of one account and region may have the same.
   * @default - the stack's name
   */
  readonly name?: string;
  /**
   * The registry, which is deployed with the stack: the path of its file, absolute or relative to the working directory, or what the file would hold as an
   * object. Paths of an object are relative to the working directory.
   */
  readonly registry: string | { readonly [field: string]: unknown };
  /**
   * Endpoints beside those of the registry, as its file would have them: those of this app's own listeners, domains and distributions for example
   * (`albEndpoint`, `apiGatewayEndpoint`, `cloudFrontEndpoint`). The registry may then have none.
   * @default - those of the registry
   */
  readonly endpoints?: readonly EndpointEntry[];
  /**
   * Metric level: sums only (`fleet`), each endpoint while it is not as it should be (`sparse`), always (`endpoint`), or each check too (`check`).
   * The metrics of `endpoint` and `check` are the largest part of the cost.
   * @default - `monitor.metrics` of the registry, else 'sparse'
   */
  readonly metrics?: MetricLevel;
  /**
   * E-mail address for notifications, in place of the addresses in the registry. AWS asks it for a confirmation first.
   * @default - `monitor.notify.email` of the registry; the synth warns if there is none
   */
  readonly notificationEmail?: string;
  /**
   * ARNs of the KMS keys that encrypt the secrets which the registry names.
   * @default - none; secrets under the AWS-managed key need none
   */
  readonly secretKeys?: readonly string[];
  /**
   * Encrypts the topics, the state table, the bucket of runs and all logs. A key of this app gets the statements that CloudWatch's alarms and logs need; for an
   * imported one the synth warns and names them.
   * @default - a key of the stack's own for the topics, AWS's own keys for the rest
   */
  readonly encryptionKey?: IKey;
  /**
   * A standard topic of yours for the notifications, in the monitor's region. A topic of this app gets the statement that alarms need; for an imported one the
   * synth warns and names it. Import an encrypted one with its key: `Topic.fromTopicAttributes(…, { topicArn, keyArn })`.
   * @default - a topic of the stack's own, encrypted
   */
  readonly topic?: ITopic;
  /**
   * The same for chat (AWS Chatbot): another topic than `topic`, since its messages have another form.
   * @default - a topic of the stack's own, encrypted
   */
  readonly chatTopic?: ITopic;
  /**
   * A bucket of yours for plans and results, in the monitor's region and for this monitor only. The monitor deletes nothing: expire `runs/` by a lifecycle rule.
   * @default - a bucket of the stack's own, which keeps objects for 30 days
   */
  readonly bucket?: IBucket;
  /**
   * A table of yours for the state, in the monitor's region and for this monitor only: what it must have is in docs/library.md. A table of this app is checked.
   * @default - a table of the stack's own, which is deleted with it
   */
  readonly table?: ITable;
  /**
   * How long logs are kept: those of the functions and of the state machine.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * A permissions boundary for every role of the monitor. It must allow what the roles do: docs/library.md lists it.
   * @default - none
   */
  readonly permissionsBoundary?: IManagedPolicy;
  /**
   * Probe functions that run at a time, from 1 to 10,000: it limits the share of the account's Lambda concurrency.
   * @default 100
   */
  readonly maxConcurrency?: number;
  /**
   * What the alarms do when they are raised and when they are over.
   * @default - they notify both topics
   */
  readonly alarmActions?: readonly IAlarmAction[];
  /**
   * ARNs of the private CAs (AWS Private CA) that issued the identities named by `like`: a custodian renews the identities with a fault from
   * these CAs, hourly.
   * @default - none; no custodian
   */
  readonly custodian?: readonly string[];
  /**
   * What an hourly inventory reads: the live configuration of AWS services (`load-balancers`, `api-gateway`, `cloudfront`, `msk`, `private-ca`, `iot`,
   * `vpc-lattice`, `ecs`), and `exports`, which clusters put below `exports/<source>/`: docs/inventory.md.
   * @default - none; no inventory
   */
  readonly inventory?: readonly InventorySource[];
  /**
   * A bucket of yours in which clusters put their exports, below `exports/`.
   * @default - the bucket of runs
   */
  readonly exportsBucket?: IBucket;
  /**
   * ARNs of the objects in S3 that are truststores of API Gateway, for the inventory to read.
   * @default - none; the CAs of those truststores stay unknown
   */
  readonly truststores?: readonly string[];
  /**
   * Whether no connection goes to a private address, whatever the registry says: an address has to be allowed by these two properties and by the registry's
   * `monitor.denyPrivate` and `monitor.allowAddresses`.
   * @default false; link-local addresses, metadata services and the function's own runtime API are refused always
   */
  readonly denyPrivate?: boolean;
  /**
   * Private networks that are reached although `denyPrivate` is true, such as 10.20.0.0/16; at most 50.
   * @default - none
   */
  readonly allowAddresses?: readonly string[];
  /**
   * The networks of vantages, by the name that the registry has, in place of the ids in the registry. The role of each function may make its network
   * interfaces; the way to AWS (NAT gateway or VPC endpoints) is yours, or the registry asks for it (`vpcEndpoints`).
   * @default - the ids in the registry; the vantage `default` without ids is outside a VPC
   */
  readonly vantages?: Readonly<Record<string, VantageNetwork>>;
};

/** Those of a monitor that has a stack to itself: a stack has a `permissionsBoundary` of its own, for all of its roles. */
export type OwnStackProps = Omit<MtlsMonitorProps, 'permissionsBoundary'>;
