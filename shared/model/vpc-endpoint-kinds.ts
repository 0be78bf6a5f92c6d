/** Which VPC endpoints a deployment makes for a vantage. */

/** `gateway`: S3 and DynamoDB, free of charge. `all`: also interface endpoints for what else the probe function calls. */
export const VPC_ENDPOINTS = ['gateway', 'all'] as const;
export type VpcEndpoints = (typeof VPC_ENDPOINTS)[number];
