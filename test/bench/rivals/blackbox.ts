/** blackbox_exporter: its http, grpc and tcp probers. `probe_success 0` is all that it says of a refusal (its issue 1674). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TLS_VERSIONS, type TlsVersion } from '../../../shared/model/names.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, startProcess } from '../../lab/servers/lab-server.ts';
import { type Arena, eachTarget } from './arena.ts';
import { blackboxConfig, moduleName, type Style } from './blackbox-config.ts';
import { BLACKBOX_VERSION, blackboxExporter } from './install.ts';
import { type Answer, type Presented, QUESTIONS, type Result, type Target } from './questions.ts';

const ASKED: readonly Presented[] = ['valid', ...QUESTIONS];

/** What the http prober wants is a URL, the others an address. */
const addressOf = ({ scheme, port, path }: Target): string =>
  scheme === 'https' ? `https://${HOST}:${port}${path}` : `${HOST}:${port}`;

const succeeds = async (exporter: number, target: Target, module: string): Promise<boolean> => {
  const query = new URLSearchParams({ module, target: addressOf(target) });
  const answer = await fetch(`http://${HOST}:${exporter}/probe?${query}`);
  const text = await answer.text();
  const value = /^probe_success ([01])$/m.exec(text)?.[1];
  if (value === undefined) throw new Error(`blackbox_exporter has no answer for ${module}: ${text.slice(0, 200)}`);
  return value === '1';
};

const askTarget = async (exporter: number, target: Target) => {
  const probe = (presented: Presented, tls: TlsVersion, style: Style) =>
    succeeds(exporter, target, moduleName(target, presented, tls, style));
  const own: { plain: Answer; careful: Answer }[] = [];
  for (const tls of TLS_VERSIONS) {
    const control = await probe('valid', tls, 'careful');
    for (const question of QUESTIONS) {
      const plain = await probe(question, tls, 'plain');
      const careful = await probe(question, tls, 'careful');
      const answer = { target, question, tls };
      own.push({
        plain: { ...answer, verdict: plain ? 'open' : 'secure', saw: `probe_success ${Number(plain)}` },
        careful: {
          ...answer,
          verdict: careful ? 'open' : control ? 'secure' : 'nothing',
          saw: `probe_success ${Number(careful)}, control ${Number(control)}`,
        },
      });
    }
  }
  return own;
};

const PLAIN =
  '`http` (`tls_config`: `ca_file`, `cert_file`, `key_file`, `min_version`, `max_version`), `grpc` (`tls`, `service`) or `tcp` (`tls`; PostgreSQL by its example with `starttls`) prober: `probe_success` 1 is accepted, 0 is refused.';
const CAREFUL =
  'the same with `follow_redirects: false`, the endpoint’s own `valid_status_codes`, `fail_if_body_matches_regexp` and `fail_if_body_not_matches_regexp`, `query_response` where the protocol has lines, and a second module with the valid certificate. Rule: `probe_success{module="none"} == 0 and on(instance) probe_success{module="valid"} == 1` is refused; without the second it says nothing.';

export const blackbox = async (arena: Arena): Promise<readonly Result[]> => {
  const program = await blackboxExporter();
  const file = join(arena.files.directory, 'blackbox.json');
  await writeFile(file, blackboxConfig(arena, ASKED, TLS_VERSIONS));
  const port = await freePort();
  const flags = [`--config.file=${file}`, `--web.listen-address=${HOST}:${port}`, '--log.level=error'];
  const exporter = await startProcess(program, flags, port);
  try {
    const answers = await eachTarget(arena.targets, (target) => askTarget(port, target));
    const by = (rival: string, how: string, pick: Style): Result => ({
      rival,
      version: `blackbox_exporter ${BLACKBOX_VERSION}`,
      how: [how],
      answers: answers.map((each) => each[pick]),
    });
    return [
      by('blackbox_exporter', PLAIN, 'plain'),
      by('blackbox_exporter beside a control (a careful rule)', CAREFUL, 'careful'),
    ];
  } finally {
    await exporter.stop();
  }
};
