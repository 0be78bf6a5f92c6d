/** A claim for each server of each Gateway. */

import type { Claim } from '../../../model/claim.ts';
import { claimOf } from '../../claim-of.ts';
import { knownWord } from '../../known-word.ts';
import type { ReaderContext } from '../../reader.ts';
import { admissionOf } from './istio-admission.ts';
import type { Gateway, GatewayServer } from './istio-gateways.ts';
import { isSubset, labelText } from './istio-labels.ts';
import type { Service } from './istio-services.ts';
import type { World } from './istio-world.ts';

export const gatewayClaims = (world: World, context: ReaderContext): readonly Claim[] =>
  world.gateways.flatMap((gateway) => {
    const services = servicesOf(gateway, world.services);
    return gateway.servers.map((server) => claim(world, context, { gateway, server, services }));
  });

/** Those that lead to its pods, in whichever namespace these are. */
const servicesOf = ({ selector }: Gateway, services: readonly Service[]): readonly Service[] =>
  services.filter((service) => service.selector !== null && isSubset(selector, service.selector));

type One = { readonly gateway: Gateway; readonly server: GatewayServer; readonly services: readonly Service[] };

const claim = (world: World, context: ReaderContext, { gateway, server, services }: One): Claim => {
  const labels = services[0]?.selector ?? gateway.selector;
  const { admission, notes, unread } = admissionOf(
    world.admissions,
    {
      ...{
        rootNamespace: world.mesh.rootNamespace,
        namespace: services[0]?.namespace ?? gateway.namespace,
        labels,
        isWhole: false,
      },
      ...{ service: null, waypoint: null, dataplane: 'sidecar', port: null },
      isOpaque: /^(TCP|TLS|MONGO)$/i.test(server.protocol),
    },
    server.at,
  );
  const others = gateway.servers.filter((other) => isWayAround(server, other));
  return claimOf('istio', context, {
    at: server.at,
    endpoint: {
      name: `${gateway.name}:${server.name ?? server.port ?? ''}`,
      hosts: hostsOf(server, services),
      port: server.port,
      workload: labelText(gateway.selector) || null,
      protocol: schemeOf(server),
      labels: { ...gateway.labels },
    },
    ...server.says,
    admission: server.says.admission ?? admission,
    otherWays: others.map((other) => ({
      what: `the server ${other.name ?? other.port} of the same gateway, without TLS`,
      url: urlOf(other),
      at: other.at,
    })),
    notes: [
      ...server.notes,
      ...notes,
      ...(server.says.admission !== null && admission !== null ? ['AuthorizationPolicies are for it, too.'] : []),
    ],
    unread: [...gateway.unread, ...unread],
  });
};

const hostsOf = (server: GatewayServer, services: readonly Service[]): string[] => {
  const named = server.hosts.filter((host) => host !== '*');
  return named.length > 0 ? [...named] : [...new Set(services.flatMap(({ hosts }) => hosts))];
};

const schemeOf = ({ protocol, mode }: GatewayServer): string | null => {
  if (mode === null) return null;
  return knownWord({ HTTPS: 'https', GRPC: 'grpcs', HTTP2: 'https', TLS: 'tls' }, protocol.toUpperCase()) ?? null;
};

/** Another server that answers for one of its hosts without TLS, beside one that asks for certificates. */
const isWayAround = (server: GatewayServer, other: GatewayServer): boolean => {
  const asks = server.says.clientCertificate?.value === 'required';
  return (
    asks &&
    other.says.plaintext?.value === 'allowed' &&
    other.hosts.some((host) => host === '*' || server.hosts.includes(host) || server.hosts.includes('*'))
  );
};

const urlOf = ({ hosts, port }: GatewayServer): string | null => {
  const host = hosts.find((each) => !each.startsWith('*'));
  return host === undefined || port === null ? null : `http://${host}:${port}/`;
};
