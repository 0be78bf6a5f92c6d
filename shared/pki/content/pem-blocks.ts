/**
 * Reads PEM (RFC 7468 §2; RFC 1421 §4.6.1.1 for headers) with layout errors that tools introduce: CRLF, indentation, newlines turned into spaces.
 * Each block is written again for OpenSSL, which rejects such layouts. Not supported: headers other than `Proc-Type` and `DEK-Info`. The base64 is
 * not checked here.
 */
export type PemBlock = {
  readonly label: string;
  /** The values of `DEK-Info` in an encrypted PKCS#1 or SEC1 key; else null. */
  readonly encryption: { readonly cipher: string; readonly vector: string } | null;
  /** Base64 without white space. */
  readonly body: string;
  /** Line of the block's begin line, from 1. */
  readonly line: number;
};

export type PemText = {
  readonly blocks: readonly PemBlock[];
  /** Whether a block has no matching end line. */
  readonly unfinished: boolean;
  /** The lines on which such blocks begin. */
  readonly unfinishedAt: readonly number[];
};

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
/** The headers of an encrypted key; base64 contains no colon, so they cannot be mistaken for content. */
const HEADERS = /^\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]{1,32}),([0-9A-Fa-f]{1,64})\s/;

/**
 * Returns every complete block, in order. `linesBefore`: lines that precede `text`, default 0. Reads the text once, so many begin lines cost no
 * extra time.
 */
export const pemText = (text: string, linesBefore = 0): PemText => {
  const blocks: PemBlock[] = [];
  const unfinishedAt: number[] = [];
  let line = linesBefore + 1;
  let counted = 0;
  for (let begin = text.indexOf(BEGIN); begin !== -1; ) {
    const next = text.indexOf(BEGIN, begin + BEGIN.length);
    line += newlines(text.slice(counted, begin));
    counted = begin;
    const block = blockOf(text.slice(begin + BEGIN.length, next === -1 ? undefined : next), line);
    if (block === null) unfinishedAt.push(line);
    else blocks.push(block);
    begin = next;
  }
  return { blocks, unfinished: unfinishedAt.length > 0, unfinishedAt };
};

const newlines = (text: string): number => text.split('\n').length - 1;

const blockOf = (text: string, line: number): PemBlock | null => {
  const labelEnd = text.indexOf(DASHES);
  const label = text.slice(0, labelEnd);
  if (labelEnd < 1 || label.length > 64 || !/^[A-Z0-9 #]+$/.test(label)) return null;
  const end = text.indexOf(`${END}${label}${DASHES}`, labelEnd);
  if (end === -1) return null;
  const inside = text.slice(labelEnd + DASHES.length, end);
  const headers = HEADERS.exec(inside);
  const body = inside.slice(headers?.[0].length ?? 0).replaceAll(/\s+/g, '');
  const [, cipher, vector] = headers ?? [];
  return { label, body, line, encryption: cipher === undefined || vector === undefined ? null : { cipher, vector } };
};

/** Returns the block in the layout that OpenSSL accepts. */
export const pemOf = ({ label, body, encryption }: Omit<PemBlock, 'line'>): string => {
  const lines = body.match(/.{1,64}/gs) ?? [];
  const headers =
    encryption === null ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${encryption.cipher},${encryption.vector}\n\n`;
  return `${BEGIN}${label}${DASHES}\n${headers}${lines.join('\n')}\n${END}${label}${DASHES}\n`;
};

export const isCertificate = ({ label }: PemBlock): boolean =>
  ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'].includes(label);
/** Whether the block is PKCS#7 or CMS (RFC 7468 §8, §9). */
export const isPkcs7 = ({ label }: PemBlock): boolean => ['PKCS7', 'PKCS #7 SIGNED DATA', 'CMS'].includes(label);
/** Whether the block is a private key in a format that TLS libraries read; OpenSSH's own format is not. */
export const isPrivateKey = ({ label }: PemBlock): boolean =>
  label.endsWith('PRIVATE KEY') && label !== 'OPENSSH PRIVATE KEY';
export const isEncrypted = ({ label, encryption }: PemBlock): boolean =>
  encryption !== null || label === 'ENCRYPTED PRIVATE KEY';
