/** Other listeners of the same load balancer, through which its targets are reached without a verified certificate. */

import type { Claim } from '../../../model/claim.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';
import { listIn, placed, resourceOf, wordIn } from './aws-fields.ts';

const MODES = ['off', 'passthrough', 'verify'] as const;

/** A listener, as far as another one has to know it. */
export type Door = {
  readonly listener: Field;
  readonly arn: string;
  readonly balancer: string;
  /** `app`, `net` or `gwy`, as it stands in the ARN. */
  readonly kind: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly port: number;
  readonly protocol: string;
  readonly mode: (typeof MODES)[number];
  /** Whether its default action sends requests on to targets. */
  readonly forwards: boolean;
  /** ARNs of the target groups of its default action. */
  readonly targets: readonly string[];
};

/** Throws `DamagedField` where it has no ARN, port or protocol. */
export const doorOf = (listener: Field, balancers: readonly Field[]): Door => {
  const arn = listener.get('ListenerArn').text();
  const port = listener.get('Port').port();
  const protocol = listener.get('Protocol').text();
  if (arn === null) throw listener.damaged('expected a ListenerArn');
  if (port === null) throw listener.damaged('expected a Port');
  if (protocol === null) throw listener.damaged('expected a Protocol');
  const [, kind = '', name = ''] = resourceOf(arn).split('/');
  const balancer = listener.get('LoadBalancerArn').text() ?? balancerOf(arn);
  const own = balancers.find((each) => wordIn(each, 'LoadBalancerArn') === balancer);
  const host = own?.get('DNSName').text() ?? null;
  return {
    ...{ listener, arn, balancer, kind, name, port, protocol },
    hosts: host === null ? [] : [host],
    mode: listener.get('MutualAuthentication', 'Mode').oneOf(MODES) ?? 'off',
    forwards: listIn(listener, 'DefaultActions').some((action) => wordIn(action, 'Type') === 'forward'),
    targets: listIn(listener, 'DefaultActions').flatMap((action) => [
      ...[wordIn(action, 'TargetGroupArn') ?? []].flat(),
      ...(action.get('ForwardConfig').kind === 'map'
        ? listIn(action.get('ForwardConfig'), 'TargetGroups').flatMap((group) => wordIn(group, 'TargetGroupArn') ?? [])
        : []),
    ]),
  };
};

/** `…:listener/app/web/50dc/f2f7` → `…:loadbalancer/app/web/50dc`. */
const balancerOf = (listener: string): string =>
  listener.replace(':listener/', ':loadbalancer/').split('/').slice(0, 4).join('/');

/** Those that send requests on, and verify no certificate. */
export const waysAround = (door: Door, doors: readonly Door[]): Claim['otherWays'] =>
  doors.flatMap((other) => {
    const isOpen =
      other.balancer === door.balancer && other.arn !== door.arn && other.forwards && other.mode !== 'verify';
    const isSame = other.targets.some((target) => door.targets.includes(target));
    const what = isSame && PASSING.includes(other.protocol) ? PASSES_ON : knownWord(WAYS, other.protocol)?.(other.mode);
    if (!isOpen || what === undefined) return [];
    const scheme = other.protocol === 'HTTP' ? 'http' : 'https';
    const [host] = other.hosts;
    const isWeb = other.protocol === 'HTTP' || other.protocol === 'HTTPS';
    const url = isWeb && host !== undefined ? `${scheme}://${host}:${other.port}/` : null;
    return [
      { what: `port ${other.port} of the same load balancer, ${what}`, url, at: placed(other.listener, other.arn) },
    ];
  });

/** Their targets get what a client sends; they are a way around only to those of the door. */
const PASSING = ['TCP', 'TCP_UDP'];
const PASSES_ON = 'which passes TCP on to the same targets';

const WAYS: Readonly<Record<string, (mode: string) => string>> = {
  HTTP: () => 'which forwards plain HTTP',
  HTTPS: (mode) => (mode === 'off' ? 'which asks for no client certificate' : 'which verifies no client certificate'),
  TLS: () => 'which asks for no client certificate',
};
