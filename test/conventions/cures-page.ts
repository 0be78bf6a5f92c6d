/** docs/reference/cures.md: where each kind of server is mended, and what of it the lab has tried. */
import { MENDINGS, type Mending, type Platform } from '../../shared/model/platform.ts';
import { PLATFORMS } from '../../shared/model/platform-records.ts';
import { CURED } from '../lab/cures.ts';

const MEANS: Readonly<Record<Mending, string>> = {
  request: 'No client certificate is requested',
  require: 'A client without a certificate is served',
  verify: 'Any certificate is taken, also one that the client made itself',
  plaintext: 'Clients without TLS are served',
  authorize: 'An identity is let in that must not be',
  headers: 'A client names its own identity in a header',
  revocation: 'Revoked certificates are taken',
  names: 'Another name than the handshake’s is served',
  sessions: 'A session of another name is resumed',
};

/** The wrong mode of the lab and the right one that these words lead to: both run, and both are judged. */
const triedOf = ({ title }: Platform, option: string): string =>
  CURED.filter(({ says }) => `${title}: ${option}`.includes(says))
    .map(({ row, right }) => `\`${row}\` → \`${right}\``)
    .join(', ');

const knownBy = ({ server, via, protocol }: Platform): string =>
  [
    ...(server === undefined ? [] : ['`Server`']),
    ...(via === undefined ? [] : ['`Via`']),
    ...(protocol === undefined ? [] : ['its protocol']),
  ].join(', ') || 'the registry alone';

const sectionOf = (mending: Mending): string => {
  const rows = PLATFORMS.flatMap((platform) => {
    const option = platform.cures[mending];
    return option === undefined ? [] : [`| ${platform.title} | ${option} | ${triedOf(platform, option)} |`];
  });
  return [
    `## ${MEANS[mending]}`,
    '',
    '| server | what to set | tried in the lab |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
};

const INTRODUCTION = `# Cures by server

A finding shows the cure for the server that is known: by \`platform:\` of the endpoint or of \`defaults\`, else by its protocol, or by what its answers say of it. An answer may be that of
an application behind the proxy that ends TLS: such a cure says that the server named itself. \`npx mtls-monitor explain CODE\` shows all of them.
*Tried* names two modes of [the lab](servers.md): the first is broken, the second has what the table says, and both are asked in every run of the tests.

| \`platform\` | server | known by |
| --- | --- | --- |
${PLATFORMS.map((platform) => `| \`${platform.name}\` | ${platform.title} | ${knownBy(platform)} |`).join('\n')}`;

export const curesPage = (): string => `${[INTRODUCTION, ...MENDINGS.map(sectionOf)].join('\n\n')}\n`;
