/** Why an answer is wrong, in one line. How the server refuses is what this product saw in the same run. */
import { type Answer, type Result, truthOf } from './questions.ts';

const REFUSES: Readonly<Record<string, string>> = {
  REJECTED_BY_TLS_ALERT: 'the TLS alert comes behind the end of the client’s handshake',
  REJECTED_BY_CLOSE: 'it closes behind the end of the client’s handshake',
  REJECTED_BY_HTTP_STATUS: 'it refuses in HTTP, after a handshake that succeeds',
  REJECTED_BY_PROTOCOL: 'it refuses in its protocol, after a handshake that succeeds',
  REJECTED_BY_BODY: 'it refuses in the words of a 200',
};

const sameIn = (answer: Answer, ours: Result): string =>
  ours.answers.find(
    ({ target, question, tls }) =>
      target === answer.target && question === answer.question && tls === (answer.tls ?? '1.3'),
  )?.saw ?? '';

/** Asked for a certificate once the server knows the path: after the handshake in TLS 1.3, by renegotiation in TLS 1.2. */
const BY_PATH = /^(debian-13-)?apache-per-location/;

const falseSecure = ({ target, question, tls }: Answer): string => {
  if (target.row === null) return 'nobody is there, which is no refusal';
  if (truthOf(target, question, tls) === 'refused-too') return 'it refuses the valid certificate as well';
  if (BY_PATH.test(target.name)) return 'it lets in any client that can be asked once the path is known';
  if (tls === null && truthOf(target, question, '1.3') === 'refused') return 'it is open in TLS 1.2, the scan saw 1.3';
  return 'the connection ended for another reason';
};

const falseAlarm = (answer: Answer, ours: Result): string => {
  const { target, question, tls } = answer;
  if (truthOf(target, question, tls) === 'refused-too')
    return 'it refuses everybody, the valid certificate as well, after the client’s handshake';
  if (BY_PATH.test(target.name)) return 'it asks for the certificate once it knows the path';
  const code = sameIn(answer, ours);
  return REFUSES[code] ?? `it refuses (${code})`;
};

export const whyWrong = (answer: Answer, ours: Result): string =>
  answer.verdict === 'secure' ? falseSecure(answer) : falseAlarm(answer, ours);
