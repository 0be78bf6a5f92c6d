/** What `mtls-auth` of Kong does on a route (developer.konghq.com/plugins/mtls-auth, /reference). */

import type { Admission } from '../../../model/admission.ts';
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import { said } from '../../claim-of.ts';
import { printable } from '../../printable.ts';
import type { Consumer, Entities, Plugin, Route, Service } from './kong-entities.ts';

const isOne = (keys: readonly string[], key: string | null): boolean => key !== null && keys.includes(key);

/** The plugin of that name that counts on a route: the route’s before the service’s before the global one (developer.konghq.com/gateway/entities/plugin/#plugin-precedence). */
export const pluginFor = (
  name: string,
  route: Route,
  service: Service | null,
  { plugins }: Entities,
): Plugin | null => {
  const own = plugins.filter((plugin) => plugin.name === name && plugin.isOn && plugin.consumer === null);
  const ofRoute = own.filter((plugin) => isOne(route.keys, plugin.route));
  const ofService = own.filter(
    (plugin) => plugin.route === null && service !== null && isOne(service.keys, plugin.service),
  );
  const both = ofRoute.find((plugin) => plugin.service !== null);
  const global = own.find((plugin) => plugin.route === null && plugin.service === null);
  return both ?? ofRoute[0] ?? ofService[0] ?? global ?? null;
};

const scopeOf = ({ route, service }: Plugin): string =>
  route !== null ? 'the route’s' : service !== null ? 'the service’s' : 'the global';

/** The consumer as which whoever fails goes on; null where nobody does, or where `request-termination` ends what it asks. */
const anonymousOf = ({ config }: Plugin, { plugins, consumers }: Entities): string | null => {
  const anonymous = config.get('anonymous').text();
  if (anonymous === null || anonymous === '') return null;
  const keys = consumers?.find((consumer) => consumer.keys.includes(anonymous))?.keys ?? [anonymous];
  const isEnded = plugins.some(
    ({ name, isOn, consumer, route, service }) =>
      name === 'request-termination' && isOn && route === null && service === null && isOne(keys, consumer),
  );
  return isEnded ? null : printable(anonymous);
};

const MODES = ['SKIP', 'IGNORE_CA_ERROR', 'STRICT'] as const;

export type MtlsSays = Pick<
  Claim,
  'clientCertificate' | 'plaintext' | 'authorities' | 'revocation' | 'expiry' | 'admission' | 'notes'
>;

export const mtlsSays = (plugin: Plugin, route: Route, entities: Entities): MtlsSays => {
  const { config } = plugin;
  const at = { ...plugin.field.at(), object: `plugin mtls-auth of ${route.at.object}` };
  const anonymous = anonymousOf(plugin, entities);
  const meaning: ClientCertificate = anonymous === null ? 'required' : 'passed-through';
  const because = anonymous === null ? `${scopeOf(plugin)} \`mtls-auth\`` : '`anonymous` lets in whoever fails';
  const mode = config.get('revocation_check_mode').oneOf(MODES) ?? 'IGNORE_CA_ERROR';
  const ids = config.get('ca_certificates').texts();
  const known = ids.flatMap((id) => entities.authorities.get(id) ?? []);
  const isWhole = ids.length > 0 && ids.every((id) => entities.authorities.has(id));
  const admission = anonymous === null ? admissionOf(plugin, entities) : null;
  const isHttp = route.protocols.some((protocol) => protocol === 'http' || protocol === 'grpc');
  const isOpen = isHttp && anonymous !== null;
  return {
    clientCertificate: said(meaning, at, because),
    plaintext: isOpen
      ? said('allowed', route.at, 'its `protocols` have `http`, and `anonymous` is set')
      : said(
          'refused',
          isHttp ? at : route.at,
          isHttp ? '`mtls-auth` finds no certificate there' : 'its `protocols` have no `http`',
        ),
    authorities: isWhole ? said(known, at) : null,
    revocation:
      mode === 'SKIP'
        ? said('none', at, '`revocation_check_mode` is `SKIP`')
        : said('crl-and-ocsp', at, `\`revocation_check_mode\` is \`${mode}\``),
    expiry:
      anonymous === null
        ? said('checked', at, 'it answers 401 where a certificate has ended')
        : said('ignored', at, because),
    admission: admission === null ? null : said(admission, at, '`skip_consumer_lookup` is off'),
    notes: [...notesOf(plugin, anonymous, mode)],
  };
};

const notesOf = ({ config }: Plugin, anonymous: string | null, mode: (typeof MODES)[number]): readonly string[] => [
  ...(anonymous === null
    ? []
    : [`Whoever has no certificate, or a wrong one, is let in as the consumer ${anonymous}.`]),
  ...(config.get('skip_consumer_lookup').boolean() === true
    ? ['Every certificate of its CAs is let in: `skip_consumer_lookup` asks for no consumer.']
    : []),
  ...(mode === 'IGNORE_CA_ERROR'
    ? ['A revoked certificate is let in while its CA’s list and responder cannot be asked.']
    : []),
  ...(config.get('allow_partial_chain').boolean() === true
    ? ['An intermediate of `ca_certificates` is trusted by itself: `allow_partial_chain`.']
    : []),
];

/** A consumer is found by a name of the certificate (SAN, then CN). Null where it is not looked for, or where nobody knows them. */
const admissionOf = ({ config, field }: Plugin, { consumers }: Entities): Admission | null => {
  if (config.get('skip_consumer_lookup').boolean() === true || consumers === null) return null;
  const names = namesOf(consumers, config.get('consumer_by').texts());
  const any = names.map((text) => ({ how: 'exact' as const, text }));
  const unread = [
    ...(consumers.some(({ hasCredentials }) => hasCredentials) ? ['mtls_auth_credentials'] : []),
    ...(config.get('default_consumer').text() === null ? [] : ['default_consumer']),
  ];
  const all = (['subject-cn', 'san-dns', 'san-uri'] as const).map((name) => ({ field: name, not: true, any }));
  return { rules: [{ effect: 'refuse', all, unread, at: field.at() }], otherwise: 'admit' };
};

/** `consumer_by` is both unless it is set; empty, only credentials count. */
const namesOf = (consumers: readonly Consumer[], by: readonly string[]): readonly string[] =>
  by.length === 1
    ? consumers.flatMap(({ matched, name }) => matched.filter((text) => (by[0] === 'username') === (text === name)))
    : [...new Set(consumers.flatMap(({ matched }) => matched))];
