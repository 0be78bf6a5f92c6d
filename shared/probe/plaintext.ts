/** What a server may say to somebody who leaves TLS out, whatever the protocol. */

import type { Reading } from './exchange.ts';
import { AnswerReader } from './http1.ts';
import type { Peek } from './tap.ts';
import { type TlsAlert, tlsAlert } from './tls-alert.ts';

const CONTENT_TYPE_ALERT = 0x15;
const LEGACY_VERSION = 0x03;

/** A TLS server's reply to plaintext: a record of type alert (RFC 8446 §5.1), seven bytes. */
const alertRecord = (chunk: Buffer): TlsAlert | null =>
  chunk[0] === CONTENT_TYPE_ALERT && chunk[1] === LEGACY_VERSION ? tlsAlert(chunk[6] ?? 255) : null;

export type Heard = {
  readonly alert: (alert: TlsAlert) => void;
  /** An HTTP/1 answer, whatever was asked; `done` once it is whole. */
  readonly http: (reading: Reading) => void;
  readonly done: () => void;
};

/** Takes TLS alerts and HTTP answers for itself: HTTP servers say 400 to everything that is not TLS. */
export const peekPlaintext = ({ alert, http, done }: Heard): Peek => {
  let answer: AnswerReader | null = null;
  let first = true;
  return (chunk) => {
    const alerted = first ? alertRecord(chunk) : null;
    if (first && chunk.toString('latin1', 0, 7) === 'HTTP/1.') {
      answer = new AnswerReader('GET');
      http(answer);
    }
    first = false;
    if (alerted !== null) alert(alerted);
    else if (answer?.push(chunk)) done();
    return alerted !== null || answer !== null;
  };
};
