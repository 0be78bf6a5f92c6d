/** Virtual nodes and gateways of AWS App Mesh, which ended on 2026-09-30 (AWS App Mesh User Guide, end of support). */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { Field } from '../../field.ts';
import type { ReaderContext } from '../../reader.ts';
import { has, listIn, placed, unreadBut } from './aws-fields.ts';
import type { AwsService } from './aws-service.ts';

const KINDS = ['virtualNode', 'virtualGateway'] as const;

export const appMesh: AwsService = {
  title: 'AWS App Mesh (ended)',
  exports: [
    'aws appmesh describe-virtual-node --mesh-name MESH --virtual-node-name NAME',
    'aws appmesh describe-virtual-gateway --mesh-name MESH --virtual-gateway-name NAME',
  ],
  knows: (root) => has(root, ...KINDS),
  read: (roots, context) => {
    const things = roots.flatMap((root) =>
      KINDS.filter((kind) => has(root, kind)).map((kind) => ({ kind, thing: root.get(kind) })),
    );
    const { found, problems } = readEach(things, ({ kind, thing }) =>
      listIn(thing.get('spec'), 'listeners').map((listener) => claimFor(thing, listener, `${kind}Name`, context)),
    );
    return { claims: found, certificates: [], problems };
  },
};

const ENDED = 'AWS App Mesh ended on 2026-09-30: nothing manages this configuration any longer.';

const claimFor = (thing: Field, listener: Field, nameField: string, context: ReaderContext): Claim => {
  const arn = thing.get('metadata', 'arn').text();
  const name = thing.get(nameField).text() ?? '';
  const port = listener.get('portMapping', 'port').port();
  const tls = listener.get('tls');
  const mode = tls.get('mode').oneOf(['STRICT', 'PERMISSIVE', 'DISABLED']);
  const dns = thing.get('spec', 'serviceDiscovery', 'dns', 'hostname').text();
  const asks = tls.get('validation', 'trust').isThere;
  const isTls = tls.isThere && mode !== 'DISABLED';
  const at = placed(tls, arn);
  return claimOf('aws', context, {
    at: placed(listener, arn),
    endpoint: {
      name: `${name}:${port}`,
      hosts: dns === null ? [] : [dns],
      port,
      workload: name,
      protocol: isTls ? 'tls' : null,
    },
    clientCertificate: said<ClientCertificate>(
      isTls && asks ? 'required' : 'none',
      at,
      asks ? undefined : 'the listener has no tls.validation',
    ),
    plaintext: said(isTls && mode === 'STRICT' ? 'refused' : 'allowed', at),
    notes: [ENDED],
    unread: unreadBut(tls),
  });
};
