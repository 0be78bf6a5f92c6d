/** APIs of API Gateway whose default endpoint stays open beside a domain with mutual TLS (`disableExecuteApiEndpoint`). */
import type { Claim } from '../../../model/claim.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import { either, has, listHas, listIn, placed, wordIn } from './aws-fields.ts';

const isApi = (field: Field): boolean =>
  has(field, 'ApiEndpoint') ||
  (has(field, 'id') && has(field, 'apiKeySource', 'disableExecuteApiEndpoint', 'rootResourceId'));
const MAPPING = ['ApiId', 'restApiId'] as const;
const isMapping = (field: Field): boolean => has(field, ...MAPPING) && has(field, 'stage', 'Stage');

/** Mappings of a domain (`get-base-path-mappings`, `get-api-mappings`) do not name it: `domainName` beside their items does. */
export const knowsApis = (root: Field): boolean =>
  isApi(root) ||
  [...listIn(root, 'items'), ...listIn(root, 'Items')].slice(0, 1).some((item) => isApi(item) || isMapping(item)) ||
  (has(root, 'domainName', 'DomainName') &&
    (listHas(root, 'items', ...MAPPING) || listHas(root, 'Items', ...MAPPING) || isEmptyList(root)));

const isEmptyList = (root: Field): boolean =>
  ['items', 'Items'].some((name) => has(root, name) && listIn(root, name).length === 0);

export type Apis = { readonly waysOf: (domain: string, field: Field) => Claim['otherWays'] };

/** `domains`: how many have mutual TLS. With one of them, every API belongs to it where no mapping says otherwise. */
export const apisIn = (roots: readonly Field[], domains: number): Apis => {
  const items = roots.flatMap((root) => [...listIn(root, 'items'), ...listIn(root, 'Items')]);
  const open = [...roots, ...items]
    .filter(isApi)
    .filter(
      (api) =>
        wordIn(api, 'disableExecuteApiEndpoint') !== 'true' && wordIn(api, 'DisableExecuteApiEndpoint') !== 'true',
    );
  const mapped = roots.filter(
    (root) => has(root, 'domainName', 'DomainName') && (has(root, 'items') || has(root, 'Items')),
  );
  return {
    waysOf: (domain, field) => {
      const own = mapped.filter((root) => (wordIn(root, 'domainName') ?? wordIn(root, 'DomainName')) === domain);
      if (own.length === 0) return domains === 1 ? open.map((api) => wayOf(api, '', field)) : [];
      const mappings = own.flatMap((root) => [...listIn(root, 'items'), ...listIn(root, 'Items')]);
      return open.flatMap((api) => {
        const mapping = mappings.find((each) => (wordIn(each, 'restApiId') ?? wordIn(each, 'ApiId')) === idOf(api));
        return mapping === undefined
          ? []
          : [wayOf(api, wordIn(mapping, 'stage') ?? wordIn(mapping, 'Stage') ?? '', field)];
      });
    },
  };
};

const idOf = (api: Field): string => wordIn(api, 'id') ?? wordIn(api, 'ApiId') ?? '';

const wayOf = (api: Field, stage: string, domain: Field): Claim['otherWays'][number] => {
  const id = idOf(api);
  const base = wordIn(api, 'ApiEndpoint') ?? endpointOf(id, domain);
  const path = stage === '' || stage === '$default' ? '/' : `/${encodeURIComponent(stage)}/`;
  return {
    what: `the default endpoint of the API ${printable(wordIn(api, 'name') ?? wordIn(api, 'Name') ?? id, 100)}, which asks for no client certificate`,
    url: base === null ? null : `${base.replace(/^wss:/, 'https:')}${path}`,
    at: placed(either(api, 'disableExecuteApiEndpoint', 'DisableExecuteApiEndpoint'), `API ${id}`),
  };
};

/** `d-abc.execute-api.eu-west-1.amazonaws.com` tells the region and the domain of the partition. */
const endpointOf = (id: string, domain: Field): string | null => {
  const [configuration] = listIn(domain, 'DomainNameConfigurations');
  const regional =
    wordIn(domain, 'regionalDomainName') ??
    (configuration === undefined ? null : wordIn(configuration, 'ApiGatewayDomainName')) ??
    '';
  const [, suffix] = /^[^.]+(\.execute-api\..+)$/.exec(regional) ?? [];
  return suffix === undefined || !/^\w+$/.test(id) ? null : `https://${id}${suffix}`;
};
