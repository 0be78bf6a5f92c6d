/** Custom domains with mutual TLS, the APIs behind them, and the truststores in S3. */
import { paginateGetBasePathMappings, paginateGetDomainNames, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { type Api, GetApiMappingsCommand, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readApiGateway = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.rest();
  // The domains of HTTP APIs are the same ones: either version of the API lists them.
  const items = await collected(paginateGetDomainNames({ client }, {}), (page) => page.items);
  answers.add({ items });
  const apis = await answers.attempt('GetRestApis', 'REST APIs', () =>
    collected(paginateGetRestApis({ client }, {}), (page) => page.items),
  );
  if (apis !== null) answers.add({ items: apis });
  const http = await answers.attempt('GetApis', 'HTTP APIs', () => collected(httpApis(clients), (page) => page));
  if (http !== null) answers.add({ Items: http });
  const mutual = items.filter(({ mutualTlsAuthentication }) => mutualTlsAuthentication?.truststoreUri !== undefined);
  for (const { domainName = '' } of mutual) await readMappings(domainName, answers, clients);
  for (const uri of new Set(mutual.map((each) => each.mutualTlsAuthentication?.truststoreUri ?? '')))
    await readTruststore(uri, answers, clients);
};

/** The SDK has no paginator for it. */
async function* httpApis(clients: InventoryClients): AsyncIterable<readonly Api[]> {
  const client = clients.http();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetApisCommand(NextToken === undefined ? {} : { NextToken }));
    yield page.Items ?? [];
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

/** A mapping to a REST API and one to an HTTP API are listed by one version of the API each. */
const readMappings = async (domainName: string, answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.rest();
  const rest = await answers.attempt('GetBasePathMappings', domainName, () =>
    collected(paginateGetBasePathMappings({ client }, { domainName }), (page) => page.items),
  );
  if (rest !== null) answers.add({ domainName, items: rest });
  const http = await answers.attempt('GetApiMappings', domainName, () =>
    clients.http().send(new GetApiMappingsCommand({ DomainName: domainName })),
  );
  if (http !== null) answers.add({ DomainName: domainName, Items: http.Items ?? [] });
};

const readTruststore = async (uri: string, answers: Answers, clients: InventoryClients): Promise<void> => {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (Key === '') return;
  const newest = await answers.attempt('GetObject', uri, async () => {
    const { Body, VersionId } = await clients.storage().send(new GetObjectCommand({ Bucket, Key }));
    return { Of: uri, ...(VersionId !== undefined && { VersionId }), Pem: (await Body?.transformToString()) ?? '' };
  });
  if (newest !== null) answers.add({ TrustStoreBundle: newest });
};
