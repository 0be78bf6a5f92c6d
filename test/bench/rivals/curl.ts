/** curl, as the guides have it, and as somebody uses it who has read this far: beside a control, with the endpoint's own statuses and words. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TLS_VERSIONS, type TlsVersion } from '../../../shared/model/names.ts';
import { type Arena, eachTarget } from './arena.ts';
import { knownOf } from './known.ts';
import { type Answer, type Presented, QUESTIONS, type Result, type Target, type Verdict } from './questions.ts';

type Seen = { readonly exit: number; readonly status: number; readonly body: string };

const request = (arena: Arena, { host, port, path }: Target, presented: Presented, tls: TlsVersion): string[] => {
  const keys = arena.keysOf(presented);
  return [
    ...['--silent', '--max-time', '5', '--cacert', arena.files.ca],
    ...(tls === '1.2' ? ['--tlsv1.2', '--tls-max', '1.2'] : ['--tlsv1.3']),
    ...(keys === null ? [] : ['--cert', keys.certificate, '--key', keys.privateKey]),
    ...['--resolve', `localhost:${port}:127.0.0.1`, '--write-out', '\n%{http_code}', `https://${host}:${port}${path}`],
  ];
};

const ask = (...of: Parameters<typeof request>): Promise<Seen> =>
  new Promise((resolve) => {
    execFile('curl', request(...of), (error, stdout) => {
      const [, body = '', status = '0'] = /^([\s\S]*)\n(\d+)$/.exec(stdout) ?? [];
      resolve({ exit: error === null ? 0 : Number(error.code), status: Number(status), body });
    });
  });

const sawOf = ({ exit, status }: Seen): string => (exit === 0 ? `HTTP ${status}` : `exit ${exit}`);

/** "Should get 400 or 401": any exit code but 0 will do as well. A status that no guide names says nothing. */
const guideVerdict = ({ exit, status }: Seen): Verdict => {
  if (exit !== 0 || [400, 401, 403].includes(status)) return 'secure';
  return status >= 200 && status < 300 ? 'open' : 'nothing';
};

const carefulVerdict = (target: Target, seen: Seen, control: Seen): Verdict => {
  const { accepted, refused } = knownOf(target.endpoint);
  if (control.exit !== 0 || !accepted(control)) return 'nothing';
  if (seen.exit !== 0 || refused(seen)) return 'secure';
  return accepted(seen) ? 'open' : guideVerdict(seen);
};

const askTarget = async (arena: Arena, target: Target) => {
  const own: { guides: Answer; careful: Answer }[] = [];
  for (const tls of TLS_VERSIONS) {
    const control = await ask(arena, target, 'valid', tls);
    for (const question of QUESTIONS) {
      const seen = await ask(arena, target, question, tls);
      const answer = { target, question, tls };
      own.push({
        guides: { ...answer, verdict: guideVerdict(seen), saw: sawOf(seen) },
        careful: {
          ...answer,
          verdict: carefulVerdict(target, seen, control),
          saw: `${sawOf(seen)}, control ${sawOf(control)}`,
        },
      });
    }
  }
  return own;
};

export const curl = async (arena: Arena): Promise<readonly Result[]> => {
  const targets = arena.targets.filter(({ scheme }) => scheme === 'https');
  const answers = await eachTarget(targets, (target) => askTarget(arena, target));
  const { stdout } = await promisify(execFile)('curl', ['--version']);
  const version = stdout.split(' ').slice(0, 2).join(' ');
  const command =
    '`curl --silent --max-time 5 --cacert CA [--tlsv1.2 --tls-max 1.2 | --tlsv1.3] [--cert CERT --key KEY] URL`';
  const guides = `${command}: exit code not 0, or status 400, 401 or 403, is refused; 2xx is accepted; another status says nothing.`;
  const careful =
    'the same, but says nothing unless the valid certificate gets through in the same run, and with the statuses and words that the registry names for the endpoint. A script of one’s own: curl has no option for it.';
  const by = (name: string, how: string, pick: 'guides' | 'careful'): Result => ({
    rival: name,
    version,
    how: [how],
    answers: answers.map((each) => each[pick]),
  });
  return [
    by('curl as in common guides', guides, 'guides'),
    by('curl beside a control (a careful script)', careful, 'careful'),
  ];
};
