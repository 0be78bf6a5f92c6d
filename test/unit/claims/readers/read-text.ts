/** A text as one file of a source, read as it was exported on 1 December 2026. */
import { readSource } from '../../../../shared/claims/read-source.ts';
import type { Reader } from '../../../../shared/claims/reader.ts';
import type { Reading } from '../../../../shared/model/claim.ts';

export const READ_AT = Date.parse('2026-12-01T00:00:00Z');

export const readText = (text: string, name = 'export.yaml'): Reading =>
  readSource([{ name, text }], { source: 'cluster', readAt: READ_AT, now: READ_AT });

/** The same, where nobody else may have a word. */
export const readingBy =
  (reader: Reader) =>
  (text: string, name?: string): Reading => {
    const reading = readText(text, name);
    const others = reading.claims.filter((claim) => claim.reader !== reader.name);
    if (others.length > 0) throw new Error(`${others.length} claims are of ${others[0]?.reader}`);
    return reading;
  };

/** Objects as `kubectl get … -o json` lists them. */
export const listOf = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2);
