import type pc from 'picocolors';

/** What paints a text; one that paints nothing goes to files and pipes. */
export type Colors = ReturnType<(typeof pc)['createColors']>;
