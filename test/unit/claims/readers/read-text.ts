/** A text as one file of a source, read as it was exported on 1 December 2026. */
import { readSource } from '../../../../shared/claims/read-source.ts';
import type { Reading } from '../../../../shared/model/claim.ts';

export const READ_AT = Date.parse('2026-12-01T00:00:00Z');

export const readText = (text: string, name = 'export.yaml'): Reading =>
  readSource([{ name, text }], { source: 'cluster', readAt: READ_AT, now: READ_AT });

/** Objects as `kubectl get … -o json` lists them. */
export const listOf = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2);
