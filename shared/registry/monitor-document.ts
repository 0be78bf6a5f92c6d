/** The schema of the monitor's own settings, which a redeployment must not lose. */
import { z } from 'zod';
import { METRIC_LEVELS } from '../model/names.ts';
import { checked, distinctOrEmpty, networks, runbook, text } from '../model/registry-fields.ts';

/** One e-mail address. A rough check: AWS's confirmation proves that the address exists. */
export const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+$/;

export const monitor = checked(
  z.strictObject({
    name: text(/^[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/, 'a name of at most 64 letters, digits and hyphens')
      .optional()
      .meta({
        description:
          'In every metric, alarm and message. The property `name` of the construct comes before it. Default: the stack’s name.',
      }),
    metrics: z.enum(METRIC_LEVELS).optional().meta({
      description:
        'What CloudWatch is sent: sums of each run (`fleet`), also an endpoint’s metrics while it is not as it should be or its end comes near (`sparse`), always (`endpoint`), and each check’s (`check`). The context value of the same name comes before it. Default: sparse.',
    }),
    budget: z.number().min(0.01).max(1_000_000).optional().meta({
      description: 'Dollars a month: plan and synth fail above it. Default: none.',
    }),
    denyPrivate: z.boolean().optional().meta({
      description:
        'No connection goes to an address that is not of the public internet: loopback, RFC 1918, fc00::/7, 100.64.0.0/10 and what else IANA lists so, also inside an IPv6 address. Such an address is `ADDRESS_REFUSED`. Default: false; link-local addresses, metadata services and the function’s own runtime API are refused always.',
    }),
    allowAddresses: networks().optional().meta({
      description:
        'With `denyPrivate`: private networks that are reached all the same, such as 10.20.0.0/16. Default: none.',
    }),
    notify: z
      .strictObject({
        email: distinctOrEmpty(text(EMAIL, 'an email address')).optional().meta({
          description:
            'Addresses that are subscribed to the notifications; AWS asks each for a confirmation. The context value `notificationEmail` comes before it. Default: none.',
        }),
      })
      .optional()
      .meta({ description: 'Recipients of the notifications.' }),
    runbook: runbook('none; messages say `npx mtls-monitor explain` and the word'),
  }),
  ({ denyPrivate, allowAddresses }) =>
    allowAddresses !== undefined && denyPrivate !== true
      ? 'allowAddresses names exceptions to denyPrivate, which is not true'
      : null,
);
