/** The summary that `forge` prints: the files, and the next steps. It holds no key and no secret's value. */
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import pc from 'picocolors';
import type { GivenAuthority } from '../../../shared/pki/test-pki/given-authority.ts';
import { TEST_IDENTITIES, type TestSet } from '../../../shared/pki/test-pki/test-set.ts';
import { secretNameOf } from './registry-text.ts';

export type Made = {
  /** As typed on the command line. */
  readonly directory: string;
  readonly registry: string;
  readonly prefix: string | null;
  readonly given: GivenAuthority | null;
};

const minute = (instant: number): string => `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Quotes a path for a shell, if it has special characters. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

const madeLines = ({ made }: TestSet, { directory, prefix }: Made): readonly string[] => {
  const at = (path: string) => quoted(join(directory, path));
  const where = prefix === null ? at('identities/') : `secrets ${secretNameOf(prefix, 'payments')} …`;
  return [
    `  ${at('registry.yaml')}  uses all of it`,
    `  ${at('ca.pem')}  what servers and the monitor trust; ${at('crl.pem')} revokes the identity revoked`,
    ...(made === null
      ? []
      : [
          `  ${at('ca/')}  root and issuing CA, with their keys: needed only to issue more`,
          `  ${at('servers/')}  a certificate for localhost, 127.0.0.1 and ::1`,
        ]),
    `  ${where}  ${TEST_IDENTITIES.join(', ')}`,
  ];
};

const dateLines = ({ currentEnds, futureBegins }: TestSet): readonly string[] => [
  `Valid until ${minute(currentEnds)}: payments, orders, gateway, revoked and wrong-usage. expired stays expired; not-yet-valid`,
  `becomes valid at ${minute(futureBegins)}. From then on identity-health says that they test nothing: forge again, with --force.`,
];

const serverLines = (directory: string): readonly string[] => {
  const at = (path: string) => quoted(join(directory, path));
  return [
    'A server to try it on (in another terminal):',
    `  openssl s_server -accept 8443 -www -cert ${at('servers/localhost.crt')} -key ${at('servers/localhost.key')} \\`,
    `    -cert_chain ${at('ca/issuing.crt')} -CAfile ${at('ca-with-crl.pem')} -Verify 2 -verify_return_error -crl_check_all`,
    'or nginx:',
    `  ssl_certificate ${at('servers/localhost.crt')}; ssl_certificate_key ${at('servers/localhost.key')};`,
    `  ssl_client_certificate ${at('ca.pem')}; ssl_crl ${at('crl.pem')}; ssl_verify_client on; ssl_verify_depth 2;`,
  ];
};

const givenLines = ({ revokedSerial, currentEnds }: TestSet, { directory, given }: Made): readonly string[] => [
  `${quoted(join(directory, 'crl.pem'))} revokes that one certificate only. Where your CA publishes a list of its own, revoke the serial number`,
  `${Buffer.from(revokedSerial).toString('hex').toUpperCase()} there instead: two lists of one CA would replace each other.`,
  ...(given?.listProblem == null ? [] : [pc.yellow(`Warning: ${given.listProblem}.`)]),
  ...(given !== null && given.notAfter < currentEnds
    ? [pc.yellow(`Warning: the CA itself ends at ${minute(given.notAfter)}, and with it what it issued.`)]
    : []),
  'The registry names an endpoint of yours to fill in: its url, and which identities it admits.',
];

export const summary = (forged: TestSet, made: Made): string =>
  [
    pc.bold('Forged'),
    ...madeLines(forged, made),
    '',
    ...dateLines(forged),
    '',
    ...(forged.made === null ? givenLines(forged, made) : serverLines(made.directory)),
    '',
    `Next: npx mtls-monitor check ${quoted(made.registry)}${made.prefix === null ? '' : ' --secrets aws'}`,
  ].join('\n');
