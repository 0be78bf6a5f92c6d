/** How a function becomes one file: the same for the synth of a checkout and for the package. */

export const FUNCTIONS = ['plan', 'probe', 'report', 'widget', 'custodian', 'inventory'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Names as esbuild has them. */
export const BUNDLING = {
  target: 'node24',
  mainFields: ['module', 'main'],
  /** Defines `require`, which ES modules do not have: CommonJS dependencies call it for Node's own modules. */
  banner: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
} as const;
