import type pc from 'picocolors';

/** Functions that colour text; for files and pipes, functions that return it unchanged. */
export type Colors = ReturnType<(typeof pc)['createColors']>;
