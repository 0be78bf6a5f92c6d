/** Rows of the guides that docs/reference/meshes-and-gateways.md follows: what a manifest or command shows, what answers the same question here, and which test tried it. */
export type GuideRow = {
  /** As the guide has it. */
  readonly shows: string;
  readonly question: string;
  /** Commands of ours; the first answers the question. */
  readonly ours: readonly [string, ...string[]];
  /** Files of tests, or rooms of the lab; none where nothing has tried it yet. */
  readonly tried: readonly string[];
  /** Where the guide’s own test can mislead. */
  readonly beware?: string;
};
export type Guide = { readonly title: string; readonly rows: readonly GuideRow[] };

export const CHECK = 'mtls-monitor check registry.yaml';
export const DESCRIBE = 'mtls-monitor describe ENDPOINT';
export const CONFIGURATION = 'mtls-monitor configuration export.json';
export const MATRIX = 'test/lab/matrix.test.ts';
/** The test of a reader. */
export const of = (name: string): string => `test/unit/claims/readers/${name}.test.ts`;
