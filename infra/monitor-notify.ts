/** Who is written to. What the registry names survives a redeploy; the context comes before it. */
import { Annotations } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MonitorSettings } from '../shared/model/registry.ts';

/** To acknowledge where something else subscribes to the topic. */
const NOBODY = 'mtls-monitor:nobodyIsSubscribed';

export const subscribeEmail = (
  scope: Construct,
  topic: ITopic,
  given: string | undefined,
  { email: named }: MonitorSettings,
): void => {
  const addresses = given === undefined ? named : [given];
  for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
  if (addresses.length > 0) return;
  const text =
    'Nobody is subscribed to the notifications of this monitor. Name addresses in the registry, where the next deployment finds them too: monitor: { notify: { email: [oncall@corp.example] } }. Where you subscribe to the topic yourself, acknowledge this warning.';
  Annotations.of(scope).addWarningV2(NOBODY, text);
};
