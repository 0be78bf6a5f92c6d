/** Silences: what people chose not to be told of until a moment, and acknowledgements: incidents that somebody knows. */
import { z } from 'zod';
import type { Instant } from './time.ts';

/** The key of the state item that holds them. */
export const SILENCES = 'silences';

const name = z.string().min(1).max(300);
const silenceSchema = z
  .object({
    id: name,
    /** What is silenced: all of these that are named, together. `cause`: a cause or a code. `incident`: its key. */
    endpoint: name.exactOptional(),
    cause: name.exactOptional(),
    owner: name.exactOptional(),
    incident: name.exactOptional(),
    /** When it began, and its end. Null: the closing of its incident. */
    since: z.number(),
    until: z.number().nullable(),
    reason: z.string().min(1).max(1000),
    /** Who asked for it. */
    by: z.string().max(300),
  })
  // What names nothing would silence everything, and what has no end belongs to one incident.
  .refine(({ endpoint, cause, owner, incident }) =>
    [endpoint, cause, owner, incident].some((each) => each !== undefined),
  )
  .refine(({ until, incident }) => until !== null || incident !== undefined);
export type Silence = Readonly<z.infer<typeof silenceSchema>>;

/** A silence as it is stored: damaged ones, and those of another version's form, are kept and silence nothing. */
export type StoredSilence = unknown;

export const readableSilences = (stored: unknown): readonly Silence[] =>
  (Array.isArray(stored) ? (stored as readonly unknown[]) : []).flatMap(
    (each) => silenceSchema.safeParse(each).data ?? [],
  );

/** Those that hold at `now`. An acknowledgement holds as long as its incident is open. */
export const activeSilences = (stored: unknown, now: Instant): readonly Silence[] =>
  readableSilences(stored).filter(({ until }) => until === null || now < until);

/** An acknowledgement has no end but its incident's. */
export const isAck = ({ until }: Silence): boolean => until === null;

/** A silence as reports and messages show it. */
export const shownSilenceSchema = z.strictObject({
  id: z.string(),
  endpoint: z.string().exactOptional(),
  cause: z.string().exactOptional().meta({ description: 'A cause or a code.' }),
  owner: z.string().exactOptional(),
  incident: z.string().exactOptional().meta({ description: 'The key of an incident.' }),
  until: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Null for an acknowledgement: until its incident is closed.' }),
  reason: z.string(),
  by: z.string(),
  incidents: z.number().int().meta({ description: 'Number of open incidents that it keeps silent.' }),
  keeps: z
    .array(z.strictObject({ topic: z.string(), endpoints: z.array(z.string()) }))
    .readonly()
    .exactOptional()
    .meta({
      description:
        'The first ten of these incidents: the cause, else the code, and the first hundred endpoints. Absent if there is none, from messages, and from a report of an older version.',
    }),
});
export type ShownSilence = z.infer<typeof shownSilenceSchema>;
