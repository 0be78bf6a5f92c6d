/** Traefik: one claim for each router and each of its entry points. */
import type { Claim } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import { printable } from '../../printable.ts';
import type { Reader, ReaderContext } from '../../reader.ts';
import { optionsSay } from './traefik-options.ts';
import { isOwn, type Parts, partsIn, plainName, type Router } from './traefik-parts.ts';

export const traefik: Reader = {
  name: 'traefik',
  title: 'Traefik',
  exports: [
    'the files of its file provider',
    'curl localhost:8080/api/rawdata',
    'kubectl get ingressroutes,tlsoptions,middlewares -A -o json',
  ],
  isText: null,
  recognises: isOwn,
  read: (documents, context) => {
    const parts = partsIn(documents.filter(isOwn));
    const { found, problems } = readEach(parts.routers, (router) => claimsOf(router, parts, context));
    return { claims: found, certificates: [], problems: [...parts.problems, ...problems] };
  },
};

const claimsOf = (router: Router, parts: Parts, context: ReaderContext): readonly Claim[] =>
  // Without any it has every entry point.
  (router.entryPoints.length > 0
    ? router.entryPoints
    : [...parts.entryPoints.keys(), null].slice(0, Math.max(1, parts.entryPoints.size))
  ).map((name) => claimAt(router, name, parts, context));

const entryOf = (name: string | null, { entryPoints }: Parts) => (name === null ? undefined : entryPoints.get(name));

const claimAt = (router: Router, entryPoint: string | null, parts: Parts, context: ReaderContext): Claim => {
  const entry = entryOf(entryPoint, parts);
  const hosts = hostsOf(router.rule);
  const tls = tlsAt(router, entryPoint, parts);
  const path = pathOf(router.rule);
  const base = {
    at: router.at,
    endpoint: {
      ...{
        name: entryPoint === null ? router.name : `${router.name} ${entryPoint}`,
        hosts: [...hosts],
        port: entry?.port ?? null,
        path,
      },
      workload: router.service === null ? null : printable(router.service),
      protocol: router.kind === 'tcp' ? 'tls' : tls === null ? 'http' : 'https',
    },
  };
  if (tls === null) {
    const because = 'neither the router nor its entry point has `tls`';
    const none = router.kind === 'tcp' ? null : said('none' as const, router.at, because);
    return claimOf('traefik', context, {
      ...base,
      clientCertificate: none,
      plaintext: said('allowed', router.at, because),
    });
  }
  const plaintext = said(
    'refused' as const,
    router.at,
    router.tls === null ? 'its entry point has `tls`' : 'the router has `tls`',
  );
  if (tls.isPassedOn)
    return claimOf('traefik', context, {
      ...base,
      plaintext,
      notes: ['It passes TLS on: whatever stands behind makes the handshake.'],
    });
  const { name, why } = chosenOptions({ given: tls.options, hosts, router, entryPoint }, parts);
  const says = optionsSay(parts.options.get(name) ?? null, name, router.at);
  return claimOf('traefik', context, {
    ...{ ...base, ...says, plaintext },
    otherWays: [...plainWays(router, hosts, parts)],
    headers: [...headersOf(router, parts)],
    notes: [...says.notes, ...why, ...forgeable(router, parts)],
  });
};

/** The router’s own; else, of HTTP alone, that of its entry point (`applyModel`, pkg/server/aggregator.go). */
const tlsAt = ({ kind, tls }: Router, entryPoint: string | null, parts: Parts) => {
  const usual = kind === 'http' ? (entryOf(entryPoint, parts)?.tls ?? null) : null;
  return tls ?? (usual === null ? null : { ...usual, isPassedOn: false });
};

type Asked = {
  readonly given: string | null;
  readonly hosts: readonly string[];
  readonly router: Router;
  readonly entryPoint: string | null;
};

/**
 * Options belong to the names of `Host`: without one, or where two routers of a name differ at one entry point, the default ones count
 * (`findConflictingRouters`, pkg/server/aggregator.go of Traefik fd5a576).
 */
const chosenOptions = ({ given, hosts, router, entryPoint }: Asked, parts: Parts) => {
  const name = plainName(given ?? 'default');
  if (name === 'default') return { name, why: [] };
  if (hosts.length === 0)
    return { name: 'default', why: [`Its options ${printable(name)} do not count: its rule has no \`Host\`.`] };
  const rival = parts.routers.find((other) => {
    const isThere = entryPoint === null || other.entryPoints.length === 0 || other.entryPoints.includes(entryPoint);
    const tls = isThere && other.kind === router.kind ? tlsAt(other, entryPoint, parts) : null;
    return (
      tls !== null &&
      plainName(tls.options ?? 'default') !== name &&
      hostsOf(other.rule).some((host) => hosts.includes(host))
    );
  });
  return rival === undefined
    ? { name, why: [] }
    : {
        name: 'default',
        why: [`Its options ${printable(name)} do not count: the router ${rival.name} has others for the same name.`],
      };
};

const isTlsAt = (router: Router, name: string | null, parts: Parts): boolean => tlsAt(router, name, parts) !== null;

const plainWays = (router: Router, hosts: readonly string[], parts: Parts): Claim['otherWays'] =>
  parts.routers
    .filter((other) => other.kind === router.kind && hostsOf(other.rule).some((host) => hosts.includes(host)))
    .filter((other) => !other.middlewares.some((name) => parts.middlewares.get(name)?.get('redirectScheme').isThere))
    .flatMap((other) =>
      (other.entryPoints.length > 0 ? other.entryPoints : [null])
        .filter((name) => !isTlsAt(other, name, parts))
        .map((name) => {
          const [host] = hostsOf(other.rule);
          const port = entryOf(name, parts)?.port ?? null;
          const isUrl = host !== undefined && !host.startsWith('*') && port !== null;
          return {
            what: `the router ${other.name} without TLS`,
            url: isUrl ? `http://${host}:${port}/` : null,
            at: other.at,
          };
        }),
    );

/** Of `Host(`a`) || Host(`b`)`, of HostSNI and of Traefik 2’s `Host(`a`, `b`)`. What is negated leads nowhere. */
const hostsOf = (rule: string): readonly string[] => {
  const names = [...rule.matchAll(/(!\s*)?\bHost(?:SNI)?\(([^)]*)\)/g)]
    .filter(([, not]) => not === undefined)
    .flatMap(([, , list = '']) => [...list.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, name = '']) => printable(name)));
  return [...new Set(names.filter((name) => name !== '*'))];
};

/** Of a rule with one path and no other alternative. */
const pathOf = (rule: string): string | null => {
  const paths = [...rule.matchAll(/(!\s*)?\bPath(?:Prefix)?\(\s*[`"']([^`"']+)[`"']\s*\)/g)];
  const [first] = paths;
  const isOnly = paths.length === 1 && first?.[1] === undefined && !/Path[^)]*\)\s*\|\||\|\|\s*Path/.test(rule);
  return isOnly && first?.[2] !== '/' ? printable(first?.[2] ?? '') || null : null;
};

/** Of the middleware `passTLSClientCert`. */
const headersOf = (router: Router, { middlewares }: Parts): readonly string[] =>
  router.middlewares.flatMap((name) => {
    const pass = middlewares.get(name)?.get('passTLSClientCert');
    if (!pass?.isThere) return [];
    return [
      ...(pass.get('pem').boolean() === true ? ['X-Forwarded-Tls-Client-Cert'] : []),
      ...(pass.get('info').isThere ? ['X-Forwarded-Tls-Client-Cert-Info'] : []),
    ];
  });

const forgeable = (router: Router, parts: Parts): readonly string[] => {
  const own = headersOf(router, parts);
  const trusted = parts.routers
    .filter(({ service }) => service !== null && service === router.service)
    .flatMap((other) => headersOf(other, parts));
  return [...new Set(trusted)]
    .filter((name) => !own.includes(name))
    .map(
      (name) =>
        `A client’s own header ${name} is passed on as it came: only other routers to this service overwrite it.`,
    );
};
