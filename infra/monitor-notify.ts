/** E-mail addresses for notifications. Addresses in the registry survive a redeployment; the context value replaces them. */
import { Annotations } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MonitorSettings } from '../shared/model/registry.ts';

/** The id of the warning. Acknowledge it if another stack or tool subscribes to the topic. */
const NO_SUBSCRIPTION = 'mtls-monitor:nobodyIsSubscribed';

/** Returns whether an address is subscribed. */
export const subscribeEmail = (
  scope: Construct,
  topic: ITopic,
  given: string | undefined,
  { email: named }: MonitorSettings,
): boolean => {
  const addresses = given === undefined ? named : [given];
  for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
  if (addresses.length > 0) return true;
  const text =
    'No address is subscribed to the notifications of this monitor. Name addresses in the registry, so that no deployment forgets them: monitor: { notify: { email: [oncall@corp.example] } }. If you subscribe to the topic yourself, acknowledge this warning.';
  Annotations.of(scope).addWarningV2(NO_SUBSCRIPTION, text);
  return false;
};
