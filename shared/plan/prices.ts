/**
 * AWS's prices in us-east-1, dollars per unit, November 2026, from each service's page under https://aws.amazon.com/pricing/.
 * Free tiers are not subtracted: they are per account, and other workloads may use them up.
 */
export const PRICES = {
  /** EventBridge Scheduler: $1.00 a million invocations. */
  schedulerInvocation: 1e-6,
  /** Step Functions, standard: $0.025 a thousand state transitions; each child of a distributed map is one. */
  stateTransition: 0.025e-3,
  /** Step Functions, express: $1.00 a million requests and $0.00001667 a GB-second, memory in steps of 64 MB. */
  expressRequest: 1e-6,
  expressGbSecond: 0.00001667,
  /** Lambda on arm64. */
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 0.0000133334,
  /** S3 Standard: $0.005 a thousand PUT and LIST, $0.0004 a thousand GET. */
  s3Put: 0.005e-3,
  s3Get: 0.0004e-3,
  /** DynamoDB on demand: a read unit is 4 KB read consistently, a write unit 1 KB. */
  dynamoRead: 0.125e-6,
  dynamoWrite: 0.625e-6,
  /** CloudWatch: $0.01 a thousand PutMetricData requests; a dashboard; a standard-resolution alarm; a GB of ingested logs. */
  putMetricData: 0.01e-3,
  dashboard: 3,
  alarm: 0.1,
  logGb: 0.5,
  /** Secrets Manager: $0.05 for ten thousand API calls. */
  secretsCall: 0.05e-4,
  /** KMS: $1.00 a month for a key, $0.03 for ten thousand requests. */
  key: 1,
  keyRequest: 0.03e-4,
} as const;

/** CloudWatch custom metrics, dollars per metric and month. A tier's price applies to the metrics within it only. */
export const METRIC_TIERS = [
  { upTo: 10_000, price: 0.3 },
  { upTo: 250_000, price: 0.1 },
  { upTo: 1_000_000, price: 0.05 },
  { upTo: Number.POSITIVE_INFINITY, price: 0.02 },
] as const;
