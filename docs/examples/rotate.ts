import { rotationFunction } from './rotation-function.ts';

export const handler = rotationFunction(async (secretId) => {
  throw new Error(`Ask your CA for a key and a certificate, for ${secretId}, and return both as PEM.`);
});
