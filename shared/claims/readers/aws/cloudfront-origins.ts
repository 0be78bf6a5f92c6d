/** Origins of a distribution: whoever knows an origin's name may ask it directly, unless something keeps others out. */
import type { Claim } from '../../../model/claim.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import { has, listIn, placed } from './aws-fields.ts';

export const originWays = (config: Field, arn: string | null): Claim['otherWays'] =>
  (has(config, 'Origins') ? listIn(config.get('Origins'), 'Items') : []).flatMap((origin) => {
    const custom = origin.get('CustomOriginConfig');
    const host = origin.get('DomainName').text();
    // A VPC origin has no public address; one with an own client certificate may require it.
    if (host === null || !custom.isThere || has(custom, 'OriginMtlsConfig') || has(origin, 'VpcOriginConfig'))
      return [];
    return [
      {
        what: `the origin ${printable(origin.get('Id').text() ?? host, 100)}, which may be asked without CloudFront`,
        url: urlOf(host, custom),
        at: placed(origin, arn),
      },
    ];
  });

const urlOf = (host: string, custom: Field): string => {
  const isPlain = custom.get('OriginProtocolPolicy').text() === 'http-only';
  const port = custom.get(isPlain ? 'HTTPPort' : 'HTTPSPort').port() ?? (isPlain ? 80 : 443);
  return `${isPlain ? 'http' : 'https'}://${printable(host, 253)}:${port}/`;
};
