/** Exit codes of the command line; Node's own 1 would mean "fail". */
export const EXIT = { pass: 0, fail: 1, inconclusive: 2, usage: 64, fault: 70, interrupted: 130 } as const;

/** An error that the caller can correct: its message is shown without a stack, and the exit code is 64. */
export class UsageError extends Error {}
