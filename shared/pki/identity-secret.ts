/** The shapes in which people keep a client certificate with its key: where in a secret each part is. Never quotes a value. */
export type IdentityText = {
  /** Leaf first, then its intermediates, PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly passphrase: string | null;
};

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const CERTIFICATE_FIELDS = ['certificate', 'cert', 'crt', 'tls.crt', 'Certificate'];
const CHAIN_FIELDS = ['certificateChain', 'certificate_chain', 'chain', 'CertificateChain', 'ca-chain'];
const KEY_FIELDS = ['privateKey', 'private_key', 'key', 'tls.key', 'PrivateKey'];
const PASSPHRASE_FIELDS = ['passphrase', 'Passphrase'];
const KEY_BLOCK = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )*PRIVATE KEY-----/;

/** Newlines lost on the way through a form or an environment variable come as two characters. */
const unescaped = (pem: string): string =>
  pem.includes('\n') ? pem : pem.replaceAll('\\r', '').replaceAll('\\n', '\n');

export const identityTextOf = (secret: string | Uint8Array): Parsed<IdentityText> => {
  if (typeof secret !== 'string')
    return { ok: false, reason: 'the secret is binary; PKCS#12 is not read yet: store PEM or JSON text' };
  const text = secret.trim();
  if (text === '') return { ok: false, reason: 'the secret is empty' };
  if (text.startsWith('{')) return fromJson(text);
  return fromPem(unescaped(text));
};

const fromPem = (text: string): Parsed<IdentityText> => {
  const key = KEY_BLOCK.exec(text)?.[0];
  if (!text.includes('-----BEGIN')) return { ok: false, reason: 'the secret is neither JSON nor PEM' };
  if (key === undefined) return { ok: false, reason: 'the secret holds no whole PEM private key' };
  return { ok: true, value: { certificate: text.replace(key, ''), privateKey: key, passphrase: null } };
};

const fromJson = (text: string): Parsed<IdentityText> => {
  const fields = parseObject(text);
  if (fields === null) return { ok: false, reason: 'the secret begins like JSON but is not a JSON object' };
  const pick = (names: readonly string[]): string | null => {
    const found = names.map((name) => fields[name]).find((value) => typeof value === 'string' && value.trim() !== '');
    return typeof found === 'string' ? unescaped(found) : null;
  };
  const certificate = pick(CERTIFICATE_FIELDS);
  const privateKey = pick(KEY_FIELDS);
  const seen = Object.keys(fields).slice(0, 10).join(', ') || 'none';
  if (certificate === null) return { ok: false, reason: `the secret has no field "certificate" (its fields: ${seen})` };
  if (privateKey === null) return { ok: false, reason: `the secret has no field "privateKey" (its fields: ${seen})` };
  return {
    ok: true,
    value: {
      certificate: `${certificate}\n${pick(CHAIN_FIELDS) ?? ''}`,
      privateKey,
      passphrase: pick(PASSPHRASE_FIELDS),
    },
  };
};

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};
