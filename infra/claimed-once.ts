/** What only one monitor of an app may have: a name, a table, a bucket. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const claims = new WeakMap<Construct, Map<string, Construct>>();

/**
 * Claims `thing` for `scope` within the account and region of its stack. Returns the construct that has it already, else null. Stacks without an `env` share one
 * unknown account and region: they are deployed with the same credentials.
 */
export const claimedBefore = (scope: Construct, kind: string, thing: string): Construct | null => {
  const { account, region } = Stack.of(scope);
  const root = scope.node.root as Construct;
  const taken = claims.get(root) ?? new Map<string, Construct>();
  const place = [kind, account, region, thing].join(' ');
  const other = taken.get(place);
  if (other !== undefined) return other;
  claims.set(root, taken.set(place, scope));
  return null;
};
