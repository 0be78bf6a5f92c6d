#!/usr/bin/env bash
# aws-cdk-lib 2.276.0: `Table.fromTableArn` takes the stack's account and region for the table's, although the ARN names others; `TableV2.fromTableArn`
#   and the imports of topics, queues and keys take those of the ARN. The table's `tableArn` is right; its `env` is not.
# Guess from memory: `env` is what the ARN says, as the library's guide has it for imported resources.
# Why it matters: a construct that checks where its table is compares `env`, and lets a table of another account or region through.
# Output seen: "Table 111111111111 eu-west-1 / TableV2 222222222222 us-east-1 / Topic 222222222222 us-east-1 / Key 222222222222 us-east-1".
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-cdk-lib@2.276.0 constructs@10.8.1
cat >app.mjs <<'JS'
import { App, Stack } from 'aws-cdk-lib';
import { Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';

const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
const there = (service, name) => `arn:aws:${service}:us-east-1:222222222222:${name}`;
const imported = {
  Table: Table.fromTableArn(stack, 'Table', there('dynamodb', 'table/orders')),
  TableV2: TableV2.fromTableArn(stack, 'TableV2', there('dynamodb', 'table/orders')),
  Topic: Topic.fromTopicArn(stack, 'Topic', there('sns', 'orders')),
  Key: Key.fromKeyArn(stack, 'Key', there('kms', 'key/0a1b2c3d-0000-4000-8000-0123456789ab')),
};
console.log(Object.entries(imported).map(([name, { env }]) => `${name} ${env.account} ${env.region}`).join(' / '));
JS
seen=$(node app.mjs)
echo "$seen"
[ "$seen" = "Table 111111111111 eu-west-1 / TableV2 222222222222 us-east-1 / Topic 222222222222 us-east-1 / Key 222222222222 us-east-1" ]
