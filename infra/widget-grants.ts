/** The permissions behind the dashboard's custom widget: the report leaves what runs have seen, and the widget reads it. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { INCIDENTS } from '../shared/model/incident.ts';
import { SILENCES } from '../shared/model/silence.ts';
import { SNAPSHOTS } from '../shared/model/snapshot.ts';
import { allowListing, explain } from './monitor-grants.ts';
import { inFindings } from './rendered.ts';

/** Grants access to what runs leave for the dashboard. */
export const allowSnapshots = (fn: Lambda, bucket: IBucket, action: 'GetObject' | 'PutObject'): void => {
  const objects = bucket.arnForObjects(`${SNAPSHOTS}*`);
  fn.addToRolePolicy(new PolicyStatement({ actions: [`s3:${action}`], resources: [objects] }));
  explain(fn.role ?? fn, `Resource::${inFindings(fn, objects)}`, 'One object for each schedule and suite.');
  if (action === 'GetObject') allowListing(fn, bucket, `${SNAPSHOTS}*`);
};

/** Grants reading the two items of the state table that name what is open and what is silenced, and no other. */
export const allowOpenItems = (fn: Lambda, table: ITable): void => {
  const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [INCIDENTS, SILENCES] } };
  fn.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn], conditions }));
};
