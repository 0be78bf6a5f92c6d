import { expect, test } from 'vitest';
import { pkcs12Key } from '../../../shared/pki/content/pkcs12-kdf.ts';

// Known answers that circulate with PKCS#12 implementations since 1999 (Dr Stephen N Henson's test file).
test.each<[string, string, number, number, number, string]>([
  ['smeg', '0a58cf64530d823f', 1, 1, 24, '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
  ['smeg', '0a58cf64530d823f', 2, 1, 8, '79993dfe048d3b76'],
  ['smeg', '3d83c0e4546ac140', 3, 1, 20, '8d967d88f6caa9d714800ab3d48051d63f73a312'],
  ['queeg', '05dec959acff72f7', 1, 1000, 24, 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
  ['queeg', '05dec959acff72f7', 2, 1000, 8, '11dedad7758d4860'],
])('%s, salt %s, purpose %i, %i rounds, %i bytes', (passphrase, salt, purpose, iterations, length, expected) => {
  const derivation = { digest: 'sha1', salt: Buffer.from(salt, 'hex'), iterations } as const;
  expect(pkcs12Key(passphrase, derivation, purpose, length).toString('hex')).toBe(expected);
});
