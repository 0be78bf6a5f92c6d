/** The schema of the report: the published JSON of one run. The terminal, the metrics and the notifications are made from it. */
import { z } from 'zod';
import { configuredCellSchema } from './configured-cell.ts';
import { evidenceSchema } from './evidence.ts';
import { CAUSES, type Code, SCENARIO_NAMES, SEVERITIES, SUITES, TLS_VERSIONS, VERDICTS } from './names.ts';
import { notCoveredSchema } from './not-covered.ts';
import { PLATFORM_SOURCES } from './platforms.ts';
import { type Dated, datedSchema, type EndpointFacts, endpointFactsSchema } from './report-facts.ts';
import { shownSilenceSchema } from './silence.ts';
import { thingSchema } from './thing-schema.ts';

const code = z.string().regex(/^[A-Z_]+$/) as unknown as z.ZodType<Code>;

export const checkResultSchema = z.strictObject({
  id: z.string(),
  endpoint: z.string().nullable(),
  scenario: z.enum(SCENARIO_NAMES),
  subject: z.string().nullable(),
  route: z.strictObject({ method: z.string(), path: z.string() }).nullable(),
  address: z.string().nullable(),
  tls: z.enum(TLS_VERSIONS).nullable(),
  vantage: z.string(),
  verdict: z.enum(VERDICTS),
  code,
  severity: z.enum(SEVERITIES),
  cause: z.enum(CAUSES).nullable(),
  message: z.string(),
  advice: z.string().nullable(),
  reproduce: z.string().nullable(),
  runbook: z.string().optional().meta({
    description:
      'Link to the section of its cause, else of its code. Absent for a pass, and where the registry names no runbook.',
  }),
  waiver: z.strictObject({ until: z.iso.date(), reason: z.string() }).nullable(),
  evidence: z.array(evidenceSchema),
  platform: z
    .strictObject({ name: z.string(), from: z.enum(PLATFORM_SOURCES) })
    .exactOptional()
    .meta({
      description:
        'Of a fail: the kind of server, where it is known, and what says so. A cure that differs by server is the one for it.',
    }),
  share: z
    .strictObject({ alike: z.number().int(), addresses: z.number().int() })
    .exactOptional()
    .meta({ description: 'At how many of the endpoint’s addresses it is so, where not at all of them.' }),
  ends: z
    .strictObject({
      at: z.iso.datetime(),
      certificate: z
        .string()
        .exactOptional()
        .meta({ description: 'SHA-256 of a served certificate that ends then, hex.' }),
    })
    .exactOptional()
    .meta({
      description:
        'Of a finding about a date: when what it is about ends or ended. Absent from other checks, and from a report of an older version.',
    }),
  configured: z.array(configuredCellSchema).exactOptional().meta({
    description: 'Of configured-access: whom the source admits, by identity and route.',
  }),
  thing: thingSchema.exactOptional().meta({
    description: 'What has to be mended, where that is a trust bundle, a CA of one, or a CRL, and not the endpoint.',
  }),
});
/** The result of one check in one run. */
export type CheckResult = z.infer<typeof checkResultSchema>;

export const acceptableCasSchema = z
  .strictObject({
    names: z.array(z.string()).meta({ description: 'The first ten, escaped.' }),
    total: z.number().int().meta({ description: 'How many it names; 0 means that it names none.' }),
    includesControlIssuer: z.boolean().nullable().meta({
      description:
        'Whether an issuer in the control’s own certificates is among them, by name; null where none is named, or the control is not known.',
    }),
    sha256: z.string().optional().meta({
      description: 'SHA-256 of all its names (DER, sorted), hex. Absent from a report of an older version.',
    }),
  })
  .meta({
    description:
      'The CAs that the endpoint names when it asks for a client certificate; absent where none was asked for.',
  });
export type AcceptableCas = z.infer<typeof acceptableCasSchema>;

export const servedChainSchema = z.strictObject({
  endpoint: z.string(),
  address: z.string(),
  daysToExpiry: z.number().meta({ description: 'The minimum over the chain; negative once expired.' }),
  expiresFirst: z.string().meta({ description: 'Subject of the certificate that expires first.' }),
  expiresAt: z.iso.datetime().exactOptional().meta({
    description: 'When that one expires. Absent from a report of an older version.',
  }),
  sha256: z.string().meta({ description: 'Fingerprint of the leaf, lower-case hex.' }),
  leaf: z
    .strictObject({
      issuer: z.string().meta({ description: 'Its issuer’s name.' }),
      keySha256: z.string().meta({ description: 'SHA-256 of its public key (SubjectPublicKeyInfo), hex.' }),
      issuerSha256: z.string().meta({
        description:
          'SHA-256 of its issuer’s name and key identifier (of a short-lived one its lasting name alone), hex.',
      }),
      lifetimeDays: z.number(),
    })
    .optional()
    .meta({ description: 'Facts of the leaf that distinguish a renewal from a change of issuer.' }),
  problems: z.array(z.strictObject({ code, message: z.string() })),
  acceptableCas: acceptableCasSchema.optional(),
});
export type ServedChain = z.infer<typeof servedChainSchema>;

export const waiverNoteSchema = z.strictObject({
  endpoint: z.string(),
  scenario: z.enum(SCENARIO_NAMES).nullable(),
  cause: z.enum(CAUSES).nullable(),
  subject: z.string().nullable(),
  route: z.string().nullable(),
  until: z.iso.date(),
  reason: z.string(),
  note: z.enum(['ends-soon', 'matches-nothing']),
});
/** A waiver that somebody has to look at, and why. */
export type WaiverNote = z.infer<typeof waiverNoteSchema>;

export const reportSchema = z
  .strictObject({
    schema: z.literal('mtls-monitor/report/v1'),
    run: z.strictObject({
      id: z.string(),
      startedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime(),
      vantage: z.string(),
      complete: z.boolean(),
      suites: z
        .array(z.enum(SUITES))
        .exactOptional()
        .meta({ description: 'What was asked. Absent from a report of an older version.' }),
      leftOut: z.number().int().exactOptional().meta({
        description: 'Endpoints of the registry that were not asked. Absent from a report of an older version.',
      }),
    }),
    summary: z.strictObject({
      endpoints: z.number().int(),
      checks: z.number().int(),
      pass: z.number().int(),
      fail: z.number().int(),
      inconclusive: z.number().int(),
      waived: z.number().int(),
      notCovered: z.array(notCoveredSchema),
      waivers: z.array(waiverNoteSchema).readonly().exactOptional().meta({
        description: 'Waivers that end within two days, or that cover nothing; absent if there is none.',
      }),
      silences: z.array(shownSilenceSchema).readonly().exactOptional().meta({
        description: 'Silences that hold, as the state has them; absent if there is none. They change no verdict.',
      }),
    }),
    checks: z.array(checkResultSchema),
    servedChains: z.array(servedChainSchema),
    endpoints: z
      .array(endpointFactsSchema)
      .exactOptional()
      .meta({ description: 'Absent, like `dates`, from a report of an older version.' }),
    dates: z
      .array(datedSchema)
      .exactOptional()
      .meta({ description: 'When identities, CAs of trust bundles and CRLs end; public CAs are left out.' }),
  })
  .meta({ title: 'mtls-monitor report', description: 'The verdicts of one run.' });
export type Report = z.infer<typeof reportSchema>;

/** What a report says of one endpoint, or of the identities. */
export type ReportPart = {
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  /** Absent for the identities, and in a report of an older version. */
  readonly about?: EndpointFacts | undefined;
  /** Of the identities’ part. Absent elsewhere, and in a report of an older version. */
  readonly dates?: readonly Dated[] | undefined;
};

/** A report that is read part by part, in its order, as often as is needed: a large one is never in memory as a whole. */
export type ReportInParts = Pick<Report, 'schema' | 'run' | 'summary'> & {
  /** The number of parts. Each endpoint's checks stand in one part. */
  readonly count: number;
  /** From 0 to `count` − 1. */
  readonly part: (index: number) => ReportPart;
};

/** Keeps a run's parts until its report is written. */
export type PartStore = Pick<ReportInParts, 'part'> & {
  /** In any order; each index once. */
  readonly keep: (index: number, part: ReportPart) => void;
};
