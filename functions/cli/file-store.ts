/** Stores the command line's state between runs in a JSON file. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { CLOSINGS } from '../../shared/model/incident.ts';
import { CAUSES, type Code, NOTIFICATION_KINDS, SEVERITIES, SUITES, VERDICTS } from '../../shared/model/names.ts';
import { isOpen } from '../../shared/model/open-state.ts';
import type { StateItem, Transition } from '../../shared/model/state.ts';
import { thingSchema } from '../../shared/model/thing-schema.ts';
import type { StateStore, Versioned } from '../../shared/pipeline/ports.ts';
import { drain } from '../../shared/regression/drain.ts';
import { UsageError } from './exit.ts';
import { isKept } from './registry-ledger.ts';

const checkState = z.strictObject({
  baseline: z.enum(['pass', 'fail', 'waived']).nullable(),
  candidate: z.enum(VERDICTS),
  streak: z.number().int(),
  since: z.number(),
  lastRunId: z.string(),
  lastRunStartedAt: z.number(),
  announced: z
    .strictObject({
      level: z.enum(['ok', 'failing', 'blind']),
      kind: z.enum(NOTIFICATION_KINDS),
      code: z.string() as unknown as z.ZodType<Code>,
      severity: z.enum(SEVERITIES),
      at: z.number(),
      extent: z.number().int().exactOptional(),
      about: z.string().exactOptional(),
    })
    .nullable(),
  recent: z
    .strictObject({ levels: z.string().regex(/^[ofb]+$/), since: z.number(), flapping: z.boolean() })
    .exactOptional(),
});
const incident = z.strictObject({
  key: z.string(),
  cause: z.enum(CAUSES).nullable(),
  code: z.string() as unknown as z.ZodType<Code>,
  thing: thingSchema,
  abouts: z.array(z.string()),
  kind: z.enum(NOTIFICATION_KINDS),
  severity: z.enum(SEVERITIES),
  check: z.string(),
  vantage: z.string(),
  openedAt: z.number(),
  tellings: z.array(z.string()),
  // Of an older version.
  cure: z.string().nullable().exactOptional(),
  remindingRun: z.string().nullable(),
  toldAt: z.number(),
  owners: z.array(z.string().nullable()),
  firsts: z.array(z.string().nullable()).exactOptional(),
  endpoints: z.array(z.string()),
  own: z.array(z.string()),
  left: z.array(z.string()),
  ends: z.array(z.enum(CLOSINGS)),
  echoes: z.array(z.string()),
  share: z.strictObject({ alike: z.number(), addresses: z.number() }).exactOptional(),
  silence: z.string().exactOptional(),
});

/** The file holds no due transitions: they are printed when the file is written. */
const stateFile = z.strictObject({
  schema: z.literal('mtls-monitor/state/v1'),
  items: z.array(
    z.strictObject({
      key: z.string(),
      suite: z.enum(SUITES).nullable(),
      checks: z.record(z.string(), checkState),
      chains: z.record(z.string(), z.array(z.string())),
      incidents: z
        .strictObject({
          open: z.array(incident),
          closed: z.array(z.strictObject({ incident, at: z.number(), released: z.boolean() })),
        })
        .exactOptional(),
      silences: z.array(z.unknown()).exactOptional(),
      acceptableCas: z
        .record(z.string(), z.array(z.strictObject({ sha256: z.string(), total: z.number().int() })))
        .exactOptional(),
      leaves: z
        .record(
          z.string(),
          z.record(
            z.string(),
            z.strictObject({
              key: z.string(),
              issuer: z.string(),
              shortLived: z.boolean(),
              trusted: z.boolean().exactOptional(),
            }),
          ),
        )
        .exactOptional(),
    }),
  ),
});

export type FileStore = {
  readonly store: StateStore;
  /** Whether no run has left anything in the file. */
  readonly isFirst: boolean;
  /** Replaces the file and returns the due transitions. Rejects with a `UsageError` if it cannot be written; the old file then stays. */
  readonly close: () => Promise<readonly Transition[]>;
};

/** Opens a state file; a missing file is an empty state. Rejects with a `UsageError` if it cannot be read or is damaged: such a file is never overwritten. */
export const openFileStore = async (path: string): Promise<FileStore> => {
  const items = new Map<string, Versioned<StateItem>>(
    (await readItems(path)).map((item) => [item.key, { value: { ...item, due: [] }, version: 1 }]),
  );
  return {
    isFirst: ![...items.values()].some(({ value }) => Object.keys(value.checks).length > 0),
    store: {
      read: async (key) => items.get(key) ?? null,
      write: async (item, expected) => {
        if ((items.get(item.key)?.version ?? 0) !== expected) return false;
        items.set(item.key, { value: item, version: expected + 1 });
        return true;
      },
      withDue: async () => [...items.values()].flatMap(({ value }) => (value.due.length > 0 ? [value.key] : [])),
      withOpen: async () => [...items.values()].flatMap(({ value }) => (isOpen(value) ? [value.key] : [])),
    },
    close: async () => {
      const drained = [...items.values()]
        .toSorted((a, b) => (a.value.key < b.value.key ? -1 : 1))
        .map(({ value }) => drain(value));
      // The command line tells no owner, and what is withdrawn is left out.
      const kept = drained
        .map(({ item: { due: _due, owner: _owner, closedAt: _closedAt, ...item } }) => item)
        .filter(isKept);
      await replace(path, `${JSON.stringify({ schema: 'mtls-monitor/state/v1', items: kept }, null, 1)}\n`);
      return drained.flatMap(({ transitions }) => transitions);
    },
  };
};

const readItems = async (path: string): Promise<z.infer<typeof stateFile>['items']> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`--state ${path} cannot be read: ${codeOf(error)}`);
  }
  try {
    const document: unknown = JSON.parse(text);
    refuseNewer(path, document);
    return stateFile.parse(document).items;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const where = error instanceof z.ZodError ? `at ${error.issues[0]?.path.join('.') || 'the top'}` : 'it is not JSON';
    throw new UsageError(
      `--state ${path} is damaged, of a newer version of mtls-monitor, or not a state file (${where}). Nothing was written; move it away to begin afresh.`,
    );
  }
};

const refuseNewer = (path: string, document: unknown): void => {
  const { schema } = (document ?? {}) as { readonly schema?: unknown };
  const form = typeof schema === 'string' ? /^mtls-monitor\/state\/v(\d+)$/u.exec(schema)?.[1] : undefined;
  if (form === undefined || Number(form) <= 1) return;
  throw new UsageError(
    `--state ${path} was written by a newer version of mtls-monitor (${schema}): this one knows v1. Nothing was written; check with that version, or with another file.`,
  );
};

/** Replaces a file atomically (POSIX rename). Only its owner may read it. */
const replace = async (path: string, text: string): Promise<void> => {
  const next = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw new UsageError(`--state ${path} cannot be written: ${codeOf(error)}`);
  }
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';
