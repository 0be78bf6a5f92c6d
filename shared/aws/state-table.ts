/** What the deployment and the functions have to spell alike; no SDK in here. */

/** The state table's sparse index: items that wait for something. */
export const DUE_INDEX = 'due';
