/** Names that the deployment and the functions share. Imports no SDK. */

/** The state table's sparse index of waiting items (`due-index.ts`). */
export const DUE_INDEX = 'due';
/** The sparse index of state items with an open check (`state-store.ts`). */
export const OPEN_INDEX = 'open';
