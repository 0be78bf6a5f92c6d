/** Which prices these are; from each service's page under https://aws.amazon.com/pricing/. */
export const PRICE_LIST = { date: 'November 2026', region: 'us-east-1' } as const;

/** Dollars per unit. Free tiers are not subtracted: they are per account, and other workloads may use them up. */
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
  /** S3 Standard: $0.023 a GB and month. */
  s3GbMonth: 0.023,
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
  /** Secrets Manager: $0.40 a month for a secret. */
  secret: 0.4,
  /** AWS PrivateLink: $0.01 an hour for an interface endpoint in a zone. A gateway endpoint is free. */
  interfaceHour: 0.01,
  /** EC2, data transfer: $0.01 a GB to public addresses of the region, $0.09 a GB to the internet. */
  sameRegionGb: 0.01,
  internetGb: 0.09,
  /** KMS: $1.00 a month for a key, $0.03 for ten thousand requests. */
  key: 1,
  keyRequest: 0.03e-4,
} as const;

/** What others ask for watching the same endpoints: dollars a run, and dollars an hour. */
export const OTHERS = {
  /** CloudWatch Synthetics: one run of a canary, which looks at one thing. */
  canaryRun: 0.0012,
  /** EC2 t4g.nano on demand, its 8 GB gp3 volume and its public IPv4 address. */
  nanoHour: 0.0042 + (8 * 0.08) / 730 + 0.005,
  /** Fargate on arm64: a quarter of a virtual CPU, half a GB, and a public IPv4 address. */
  fargateHour: 0.25 * 0.03238 + 0.5 * 0.00356 + 0.005,
} as const;

/** CloudWatch custom metrics, dollars per metric and month. A tier's price applies to the metrics within it only. */
export const METRIC_TIERS = [
  { upTo: 10_000, price: 0.3 },
  { upTo: 250_000, price: 0.1 },
  { upTo: 1_000_000, price: 0.05 },
  { upTo: Number.POSITIVE_INFINITY, price: 0.02 },
] as const;
