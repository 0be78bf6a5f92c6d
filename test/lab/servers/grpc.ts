/** gRPC's standard health service: on grpcio's own TLS, and behind proxies that end TLS. */
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { pythonTools } from '../../setup/python-venv.ts';
import { envoy, startEnvoy } from './envoy.ts';
import { versionLine } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';
import { nginx, startNginx } from './nginx.ts';

const SOURCE = join(import.meta.dirname, 'python/health_server.py');
const SERVICE = 'pricing.v1.Pricing';

const python = async (): Promise<string | null> => {
  const tools = await pythonTools();
  return tools.ok ? tools.tool('python') : null;
};

/** `strict`: TLS requires a certificate, and the application looks whose it is. `plaintext`: no TLS at all. */
const startGrpcio = async (mode: string, files: PkiFiles): Promise<Running> => {
  const port = await freePort();
  const { certificate, privateKey } = files.server('good');
  const clients = mode === 'strict' ? 'required' : mode;
  const served = { address: `${HOST}:${port}`, cert: certificate, key: privateKey, ca: files.ca, service: SERVICE };
  const authorizes = mode === 'strict' ? { principal: principalOf('payments'), crl: files.crl } : {};
  const flags = Object.entries({ ...served, clients, ...authorizes }).map(([name, value]) => `--${name}=${value}`);
  return startProcess((await python()) ?? 'python3', [SOURCE, ...flags], port);
};

const grpcio: LabProgram = {
  name: 'grpcio',
  scheme: 'grpcs',
  path: `/${SERVICE}`,
  modes: [
    { name: 'strict', fails: [], isolates: true },
    // Its TLS knows no CRL.
    { name: 'required', fails: ['ACCEPTED_REVOKED'], isolates: false },
    // Not even asked for, with the CA at hand.
    {
      name: 'not-required',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
  ],
  version: async () => {
    const interpreter = await python();
    if (interpreter === null) return null;
    return versionLine(interpreter, '-c', 'import grpc, grpc_health; print("grpcio", grpc.__version__)');
  },
  start: startGrpcio,
};

/** Registered as https://, it is asked in HTTP/1.1 and closes on everybody: its certificate check is not what that shows. */
const grpcioAsHttps: LabProgram = {
  ...grpcio,
  name: 'grpcio-as-https',
  scheme: 'https',
  modes: [
    {
      name: 'required',
      fails: [],
      unsure: ['AMBIGUOUS_ANSWER', 'CONTROL_NOT_ACCEPTED'],
      isolates: false,
    },
  ],
};

/** Modes that are about an HTTP page's own status or words. */
const HTTP_ONLY: readonly string[] = ['soft-200', 'redirect-login', 'remapped-403', 'control-404', 'rate-limited'];

type Proxy = { readonly program: LabProgram; readonly start: typeof startEnvoy };

const inFront = ({ program, start }: Proxy): LabProgram => ({
  name: `${program.name}-grpc`,
  scheme: 'grpcs',
  path: `/${SERVICE}`,
  modes: program.modes.filter(({ name }) => !HTTP_ONLY.includes(name)),
  version: async () => ((await grpcio.version()) === null ? null : program.version()),
  start: async (mode, files) => {
    const upstream = await startGrpcio('plaintext', files);
    const proxy = await start(mode, files, upstream.port).catch(async (error: unknown) => {
      await upstream.stop();
      throw error;
    });
    return { port: proxy.port, stop: async () => void (await Promise.all([proxy.stop(), upstream.stop()])) };
  },
});

/** Envoy refuses in TLS with alerts, and by principal with grpc-status 7; nginx with HTTP's 400 and 403, and no grpc-status. */
export const GRPC_PROGRAMS: readonly LabProgram[] = [
  grpcio,
  grpcioAsHttps,
  inFront({ program: envoy, start: startEnvoy }),
  inFront({ program: nginx, start: startNginx }),
];
