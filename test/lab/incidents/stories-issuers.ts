/** Staged incidents: the served certificate comes from another issuer, or comes alone. */
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { serverLeaf } from './material.ts';
import { at, type Story } from './story.ts';

const END = '-----END CERTIFICATE-----\n';
/** The leaf alone. */
const bare = (chain: string): string => `${chain.split(END)[0]}${END}`;

export const issuerStories: readonly Story[] = [
  {
    name: 'Renewed, by another CA that is trusted, by one that is not, and back',
    servers: 'one nginx',
    told: [
      'change info SERVED_KEY_CHANGED endpoint ledger',
      'change warning SERVED_ISSUER_CHANGED endpoint ledger',
      'blind critical SERVED_CHAIN_INCOMPLETE endpoint ledger',
      'recovery info SERVED_CHAIN_INCOMPLETE endpoint ledger',
    ],
    play: async ({ party, open, material, begun }) => {
      const server = await party('nginx');
      const bundle = {
        kind: 'pem' as const,
        pem: material.serverRoot.certificatePem + material.nextClientRoot.certificatePem,
        file: 'pki/ca.pem',
      };
      const { pass, changed } = open([at(server, 'ledger')], { bundle });
      await pass(2 * HOUR);
      const serve = async (authority: typeof material.serverRoot, what: string) => {
        await server.become({ served: await serverLeaf(authority, begun) });
        changed(what);
        await pass(3 * HOUR);
      };
      await serve(material.serverRoot, 'The certificate is renewed with a new key.');
      await serve(material.nextClientRoot, 'It is replaced by one of another CA of the trust bundle.');
      await serve(material.strangeRoot, 'It is replaced by one of an unknown CA.');
      await serve(material.serverRoot, 'It is replaced by one of the first CA.');
    },
  },
  {
    name: 'An unknown CA, which sends its root',
    servers: 'one nginx',
    told: ['blind critical TRUST_BUNDLE_STALE endpoint ledger', 'recovery info TRUST_BUNDLE_STALE endpoint ledger'],
    play: async ({ party, open, material, begun }) => {
      const server = await party('nginx');
      const { pass, changed } = open([at(server, 'ledger')]);
      await pass(2 * HOUR);
      const { chain, key } = await serverLeaf(material.strangeRoot, begun);
      await server.become({ served: { chain: bare(chain) + material.strangeRoot.certificatePem, key } });
      changed('Its certificate is replaced by one of an unknown CA, whose root is sent with it.');
      await pass(3 * HOUR);
      await server.become({ served: material.served });
      changed('The first one is served again.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'The intermediate is forgotten',
    servers: 'one nginx',
    told: [
      'blind warning SERVED_CHAIN_INCOMPLETE endpoint ledger',
      'recovery info SERVED_CHAIN_INCOMPLETE endpoint ledger',
    ],
    play: async ({ party, open, material, begun }) => {
      const served = await serverLeaf(await material.intermediate(begun + 400 * DAY), begun);
      const server = await party('nginx', { served });
      const { pass, changed } = open([at(server, 'ledger')]);
      await pass(2 * HOUR);
      await server.become({ served: { ...served, chain: bare(served.chain) } });
      changed('The certificate is served without the intermediate that signed it.');
      await pass(3 * HOUR);
      await server.become({ served });
      changed('It is served with it again.');
      await pass(3 * HOUR);
    },
  },
];
