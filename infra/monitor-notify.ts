/** E-mail addresses for notifications. Addresses in the registry survive a redeployment; the context value replaces them. */
import { Annotations } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MonitorSettings } from '../shared/model/registry.ts';

/** The id of the warning. Acknowledge it if another stack or tool subscribes to the topic. */
const NO_SUBSCRIPTION = 'mtls-monitor:nobodyIsSubscribed';

/** Returns whether somebody is subscribed: an address, or whoever a topic of the user's serves. */
export const subscribeEmail = (
  scope: Construct,
  topics: { readonly topic: ITopic; readonly given: boolean },
  notificationEmail: string | undefined,
  { email: named }: MonitorSettings,
): boolean => {
  const addresses = notificationEmail === undefined ? named : [notificationEmail];
  for (const address of addresses) topics.topic.addSubscription(new EmailSubscription(address));
  if (addresses.length > 0 || topics.given) return true;
  const text =
    'No address is subscribed to the notifications of this monitor. Name addresses in the registry, so that no deployment forgets them: monitor: { notify: { email: [oncall@corp.example] } }. If you subscribe to the topic yourself, acknowledge this warning.';
  Annotations.of(scope).addWarningV2(NO_SUBSCRIPTION, text);
  return false;
};
