/** What a staged incident is made of, and how it is performed. */
import dns from 'node:dns/promises';
import { rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { privateDirectory } from '../../../functions/cli/demo/pki.ts';
import type { Instant, Milliseconds } from '../../../shared/model/time.ts';
import { type Material, principalOf, secretName, secretsOf } from './material.ts';
import { type Conduct, type Party, type Program, startParty } from './party.ts';
import { type Deployment, type Done, openStage, type Stage } from './stage.ts';
import { type Telling, tellingOf } from './telling.ts';

export type Story = {
  readonly name: string;
  /** The servers, in words. */
  readonly servers: string;
  /** What has to be told, message by message: the kind, severity, cause or code, thing, and how many endpoints more. */
  readonly told: readonly (string | readonly string[])[];
  /** The number of messages of one incident at the most. Default: 2. */
  readonly most?: number;
  /** What is not as it should be. */
  readonly wrong?: string;
  /** For dates: how old results may be. */
  readonly fresh?: Milliseconds;
  readonly play: (scene: Scene) => Promise<void>;
};

export type Scene = {
  readonly material: Material;
  readonly begun: Instant;
  /** Starts a server that is right, but for what is said. */
  readonly party: (program: Program, conduct?: Partial<Conduct>) => Promise<Party>;
  /** Opens the stage. Once in a story. */
  readonly open: (endpoints: Deployment['endpoints'], change?: Partial<Deployment>) => Stage;
};

export type Performed = {
  readonly story: Story;
  readonly begun: Instant;
  readonly done: readonly Done[];
  readonly tellings: readonly Telling[];
  /** Incidents that are open at the end. */
  readonly open: readonly string[];
};

/** An endpoint at a server. */
export const at = ({ port }: Party, name: string, own: object = {}): Deployment['endpoints'][number] => ({
  name,
  url: `https://localhost:${port}/${name}`,
  ...own,
});

/** No resolver here has such a name. */
const THREE = 'three.test';
const { lookup } = dns;
const withThree = async (host: string, options: object) =>
  host === THREE
    ? ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({ address, family: 4 }))
    : lookup(host, options);
const nameThree = (): void => {
  Object.assign(dns, { lookup: withThree });
  syncBuiltinESMExports();
};
const forgetThree = (): void => {
  Object.assign(dns, { lookup });
  syncBuiltinESMExports();
};

const IDENTITIES = ['checkout', 'orders'] as const;

const deploymentOf = ({ serverRoot, secrets }: Material, endpoints: Deployment['endpoints']): Deployment => ({
  endpoints,
  identities: Object.fromEntries(
    IDENTITIES.map((name) => [name, { secret: secretName(name), principal: principalOf(name) }]),
  ),
  bundle: { kind: 'pem', pem: serverRoot.certificatePem, file: 'pki/ca.pem' },
  secrets: secretsOf(secrets),
});

export const perform = async (story: Story, material: Material): Promise<Performed> => {
  const { begun, clientRoot, served } = material;
  const folder = await privateDirectory('incident');
  const parties: Party[] = [];
  let stage: Stage | null = null;
  nameThree();
  try {
    await story.play({
      ...{ material, begun },
      party: async (program, conduct = {}) => {
        const right: Conduct = {
          ...{ listens: ['127.0.0.1'], verify: 'on', open: null, clientCa: clientRoot.certificatePem, crl: null },
          ...{ served, status: 200 },
        };
        const party = await startParty(program, { ...right, ...conduct }, folder);
        parties.push(party);
        return party;
      },
      open: (endpoints, change = {}) => {
        stage = openStage(begun, { ...deploymentOf(material, endpoints), ...change }, story.fresh);
        return stage;
      },
    });
    const { done, told, open } = stage as unknown as Stage;
    return { story, begun, done, tellings: told.map(tellingOf), open: open() };
  } finally {
    forgetThree();
    for (const party of parties) await party.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
