/** The schema of the JSON document in an SNS message. */
import { z } from 'zod';
import { CAUSES, type Code, NOTIFICATION_KINDS, SEVERITIES } from './names.ts';
import { reportSchema } from './report.ts';

const itemSchema = z.strictObject({
  check: z.string().meta({ description: 'The worst of `checks`.' }),
  checks: z.array(z.string()).meta({ description: 'All checks of this item, the worst first; as many as fit.' }),
  endpoint: z.string().nullable(),
  endpoints: z.array(z.string()).meta({ description: 'As many as fit; `message` has the number of the others.' }),
  vantage: z.string(),
  owner: z.string(),
  code: z.string().regex(/^[A-Z_]+$/) as unknown as z.ZodType<Code>,
  severity: z.enum(SEVERITIES),
  cause: z.enum(CAUSES).nullable(),
  since: z.iso.datetime(),
  message: z.string(),
  advice: z.string().nullable(),
  reproduce: z.string().nullable(),
  evidence: reportSchema.shape.checks.element.shape.evidence,
});
/** One finding, or findings with one cause, at one or several endpoints. */
export type NotificationItem = z.infer<typeof itemSchema>;

export const notificationSchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/notification/v1'),
    id: z.string().meta({ description: 'The same when the same announcement has to be sent again.' }),
    runId: z.string(),
    kind: z.enum(NOTIFICATION_KINDS),
    severity: z.enum(SEVERITIES),
    owner: z.string(),
    endpoints: z.array(z.string()).meta({ description: 'As many as fit into the message attribute.' }),
    title: z.string(),
    items: z.array(itemSchema),
    omitted: z
      .number()
      .int()
      .optional()
      .meta({ description: 'Items left out to keep the message below 256 KB; the worst come first.' }),
    links: z.strictObject({
      dashboard: z.string().nullable(),
      run: z.string().nullable(),
      runbook: z.string().nullable(),
    }),
  })
  .meta({ title: 'mtls-monitor notification', description: 'One message per run, kind and owner at the most.' });
export type Notification = z.infer<typeof notificationSchema>;
