/** The schema of the JSON document in an SNS message. */
import { z } from 'zod';
import { CLOSINGS } from './incident.ts';
import { CAUSES, type Code, NOTIFICATION_KINDS, SEVERITIES } from './names.ts';
import { reportSchema } from './report.ts';
import { shownSilenceSchema } from './silence.ts';
import { thingSchema } from './thing-schema.ts';

const incidentSchema = z.strictObject({
  key: z.string().meta({ description: 'The same from the opening to the closing; no later incident has it.' }),
  cause: z.enum(CAUSES).nullable(),
  thing: thingSchema.meta({ description: 'What it is about.' }),
  openedAt: z.iso.datetime().meta({ description: 'When its first finding began, as far as runs have seen it.' }),
  lastRightAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'The last run that saw it right; null if that is not known.' }),
  members: z.number().int().meta({ description: 'Number of checks that this message tells of it.' }),
  endpoints: z.number().int().meta({ description: 'Number of endpoints among them.' }),
  closedBecause: z.enum(CLOSINGS).nullable().meta({ description: 'Null while it is open.' }),
});
export type NotificationIncident = z.infer<typeof incidentSchema>;

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
  configured: z.string().exactOptional().meta({
    description:
      'What the registry’s sources say of the same: a mesh’s policy, a listener’s mode, and where. Absent where none speaks of it.',
  }),
  advice: z.string().nullable(),
  reproduce: z.string().nullable(),
  // A message that an older version stored has none, and is published all the same.
  runbook: z.string().nullable().default(null).meta({
    description:
      'The section of its cause or code, or of the kind if it is over. Null if the registry names no runbook: `npx mtls-monitor explain` prints the same.',
  }),
  evidence: reportSchema.shape.checks.element.shape.evidence,
  incident: incidentSchema
    .nullable()
    .exactOptional()
    .meta({ description: 'Null for what no report has decided; absent in a message of an older version.' }),
  share: reportSchema.shape.checks.element.shape.share,
  ends: z
    .strictObject({
      at: z.iso.datetime(),
      hoursLeft: z.number().meta({ description: 'From the run that saw it; negative once it has ended.' }),
    })
    .optional()
    .meta({ description: 'Of a finding about a date: when what it is about ends or ended.' }),
});
/** One incident: findings with one cause, at one or several endpoints. */
export type NotificationItem = z.infer<typeof itemSchema>;

export const notificationSchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/notification/v1'),
    id: z.string().meta({ description: 'The same when the same announcement has to be sent again.' }),
    runId: z.string(),
    kind: z.enum(NOTIFICATION_KINDS),
    severity: z.enum(SEVERITIES),
    owner: z.string(),
    monitor: z
      .string()
      .exactOptional()
      .meta({ description: 'Absent, like the next three, in a message of an older version.' }),
    account: z.string().nullable().exactOptional(),
    region: z.string().nullable().exactOptional(),
    incident: incidentSchema.nullable().exactOptional().meta({ description: 'That of its item, if it has one item.' }),
    endpoints: z.array(z.string()).meta({ description: 'As many as fit into the message attribute.' }),
    title: z.string(),
    items: z.array(itemSchema),
    omitted: z
      .number()
      .int()
      .optional()
      .meta({ description: 'Items left out to keep the message below 256 KB; the worst come first.' }),
    silences: z.array(shownSilenceSchema).readonly().exactOptional().meta({
      description: 'Silences and acknowledgements that hold, ten at the most. Absent if there is none.',
    }),
    links: z.strictObject({
      dashboard: z.string().nullable(),
      run: z.string().nullable(),
      runbook: z.string().nullable().meta({ description: 'That of the worst item.' }),
    }),
  })
  .meta({ title: 'mtls-monitor notification', description: 'One message per run, kind and owner at the most.' });
export type Notification = z.infer<typeof notificationSchema>;

/** Where a notification comes from, and where it leads to. Its `runbook` is the page; a notification has the link to a section. */
export type Origin = Required<Pick<Notification, 'monitor' | 'account' | 'region' | 'links'>> &
  Pick<Notification, 'silences'>;
