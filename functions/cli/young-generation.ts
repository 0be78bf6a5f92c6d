import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation as small as it is at the start of the process, 2 MB. V8 lets it grow to 128 MB where much survives, as while a large
 * registry is read, and never gives that back before the process ends. V8 reads this flag each time that it would grow; a V8 that ignores it
 * needs more memory and works all the same.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
