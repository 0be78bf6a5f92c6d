import type { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { certificatesOfPem } from './certificate.ts';

export type LoadedBundle =
  | { readonly ok: true; readonly anchors: readonly X509Certificate[] }
  | { readonly ok: false; readonly reason: string };

let system: readonly X509Certificate[] | null = null;

/** The public CAs that the runtime ships, with NODE_EXTRA_CA_CERTS. */
export const systemBundle = (): LoadedBundle => {
  system ??= certificatesOfPem(getCACertificates('default').join('\n'));
  return { ok: true, anchors: system };
};

export const bundleOfPem = (pem: string): LoadedBundle => {
  try {
    const anchors = certificatesOfPem(pem);
    return anchors.length === 0 ? { ok: false, reason: 'it holds no PEM certificate' } : { ok: true, anchors };
  } catch {
    return { ok: false, reason: 'one of its certificates is damaged' };
  }
};
