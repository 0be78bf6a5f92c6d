/** What a registry says of the monitor itself: what a redeploy must not lose. */
import { z } from 'zod';
import { METRIC_LEVELS } from '../model/names.ts';
import { distinctOrEmpty, runbook, text } from '../model/registry-fields.ts';

/** One address. AWS sends the confirmation; this only keeps out what could never get it. */
export const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+$/;

/** Of the registry’s format; a level that is not built yet is refused by name. */
const LEVELS = [...METRIC_LEVELS, 'sparse'] as const;

export const monitor = z.strictObject({
  name: text(/^[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/, 'a name of at most 64 letters, digits and hyphens')
    .optional()
    .meta({ description: 'In every metric, alarm and message. Default: the stack’s name.' }),
  metrics: z.enum(LEVELS).optional().meta({
    description: 'What CloudWatch is sent. The context value of the same name comes before it. Default: endpoint.',
  }),
  budget: z.number().positive().max(1_000_000).optional().meta({
    description: 'Dollars a month: plan and synth fail above it. Default: none.',
  }),
  notify: z
    .strictObject({
      email: distinctOrEmpty(text(EMAIL, 'an email address')).optional().meta({
        description:
          'Addresses that are subscribed to the notifications; AWS asks each for a confirmation. The context value `notificationEmail` comes before it. Default: none.',
      }),
    })
    .optional()
    .meta({ description: 'Who is written to.' }),
  runbook: runbook(),
});
