// Data flows one way: registry → plan → probe → verdict → regression → publish. Each rule says why for the person it stops.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [from, ...allowed] },
});
const library = (...names) => names.map((name) => `^node_modules/${name}/`);
/** Rooms of a folder, each with those it may enter beside itself; the folder's own files (its ports) are open to all. */
const rooms = (folder, doors, comment) =>
  Object.entries(doors).map(([room, open]) => ({
    name: `${folder.split('/').at(-1)}-rooms-open-one-way`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/${room}/` },
    to: { path: `^${folder}/[^/]+/`, pathNot: [room, ...open].map((each) => `^${folder}/${each}/`) },
  }));
const builtin = (...names) => names.map((name) => `^(node:)?${name}(/|$)`);

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only(
      'model-is-the-leaf',
      '^shared/model/',
      library('zod', 're2js'),
      'The vocabulary depends on nothing but what reads it.',
    ),
    only('scenarios-are-data', '^shared/scenario/', ['^shared/model/'], 'A scenario states; it does not act.'),
    only(
      'registry-is-pure',
      '^shared/registry/',
      ['^shared/(model|scenario|protocol)/', ...library('zod', 'yaml', 'fastest-levenshtein'), ...builtin('path')],
      'Text in, registry or errors out; which scenario may be skipped and whose name is taken stands in the scenarios.',
    ),
    only(
      'protocols-are-bytes',
      '^shared/protocol/',
      ['^shared/model/', ...library('zod'), ...builtin('http2', 'crypto', 'stream', 'buffer')],
      'Bytes and words on a channel that shared/probe opens; node:http2 frames what goes over it.',
    ),
    only(
      'regression-is-pure',
      '^shared/regression/',
      ['^shared/(model|scenario)/', ...library('zod')],
      'Stages meet only in shared/pipeline.',
    ),
    ...['plan', 'verdict'].map((stage) =>
      only(
        `${stage}-is-pure`,
        `^shared/${stage}/`,
        ['^shared/(model|scenario|protocol)/', ...library('zod')],
        'Stages meet only in shared/pipeline; what a protocol has and how its answers read stands in its record.',
      ),
    ),
    only(
      'publish-is-pure',
      '^shared/publish/',
      ['^shared/(model|scenario)/', ...library('zod'), ...builtin('crypto')],
      'Texts and metrics as data; crypto for message ids only.',
    ),
    only(
      'claims-are-read-from-text',
      '^shared/claims/',
      [
        '^shared/(model|pki)/',
        ...library('yaml', 'jsonc-parser', 'zod', 'fastest-levenshtein'),
        ...builtin('net', 'crypto'),
      ],
      'Text in, claims out: no file, no socket, and nothing of what a probe saw.',
    ),
    only(
      'discovery-is-text',
      '^shared/discover/',
      ['^shared/(model|claims|protocol)/', ...library('yaml'), ...builtin('path')],
      'Text in, entries of a registry out: no file, no socket. What a registry has arrives as data.',
    ),
    only(
      'overview-is-pure',
      '^shared/overview/',
      ['^shared/(model|scenario|verdict|regression|publish)/'],
      'What a report means as a whole, as data: every rendering draws the same.',
    ),
    only(
      'pki-reads-bytes',
      '^shared/pki/',
      ['^shared/model/', ...library('node-forge', 'yaml'), ...builtin('crypto', 'tls', 'util', 'buffer', 'net')],
      'Certificates in, facts out: no file, no socket.',
    ),
    only(
      'custodian-decides',
      '^shared/custodian/',
      ['^shared/(model|pki)/', ...builtin('crypto', 'buffer')],
      'Facts in, decisions and requests out: what it asks of AWS arrives as arguments.',
    ),
    only(
      'probe-dials',
      '^shared/probe/(?!fetch-crl\\.ts$)',
      [
        '^shared/(model|pki|protocol|probe)/',
        ...library('p-limit'),
        ...builtin('net', 'tls', 'dns', 'crypto', 'stream', 'timers'),
      ],
      'The one folder that opens sockets. Not by an HTTP client: it loses TLS alerts and resumes sessions.',
    ),
    only(
      'crl-is-fetched',
      '^shared/probe/fetch-crl\\.ts$',
      ['^shared/(model|probe)/', ...builtin('net', 'http', 'https', 'zlib', 'util')],
      'A CRL is a file behind a URL, so an HTTP client will do; it connects only to addresses that were looked at.',
    ),
    only(
      'aws-is-an-edge',
      '^shared/aws/',
      ['^shared/model/', '^shared/pipeline/ports\\.ts$', ...library('@aws-sdk', '@smithy'), ...builtin('zlib', 'util')],
      'The one folder that knows the SDK.',
    ),
    only(
      'pipeline-takes-ports',
      '^shared/pipeline/',
      ['^shared/(model|scenario|protocol|plan|pki|custodian|probe|verdict|regression|publish)/', ...library('p-limit')],
      'I/O arrives as arguments.',
    ),
    ...rooms(
      'shared/pki',
      {
        asn1: [],
        x509: ['asn1'],
        content: ['asn1', 'x509'],
        served: ['asn1', 'x509', 'content'],
        identity: ['asn1', 'x509', 'content', 'served'],
        mint: ['asn1', 'x509'],
        'test-pki': ['asn1', 'x509', 'mint'],
      },
      'What reads a certificate knows nothing of what mints one. An identity’s dates are judged as a served chain’s are.',
    ),
    ...rooms(
      'shared/pipeline',
      { load: [], announce: [], custodian: [], ask: ['load'], run: ['load', 'ask', 'announce'] },
      'A run puts the other rooms together: what is asked and what is announced does not know in which run.',
    ),
    ...rooms(
      'shared/verdict',
      { classify: [], explain: [], judge: ['classify', 'explain'] },
      'What an answer is and how a code reads is known before anything is judged.',
    ),
    {
      name: 'sdk-stays-at-the-edge',
      comment: 'Only shared/aws knows the SDK.',
      severity: 'error',
      from: { pathNot: ['^shared/aws/', '^test/'] },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'sockets-stay-in-probe',
      comment:
        'Only shared/probe (and the demo’s servers) opens sockets; shared/protocol and shared/pki have rules of their own.',
      severity: 'error',
      from: { path: '^(shared|functions|infra)/', pathNot: ['^shared/(probe|protocol|pki)/', '^functions/cli/demo/'] },
      to: { path: '^(node:)?(net|tls|http2|dgram)$' },
    },
    {
      name: 'entries-are-leaves',
      comment: 'Composition roots are imported by nobody.',
      severity: 'error',
      from: { path: '^(shared|infra)/' },
      to: { path: '^functions/' },
    },
    {
      name: 'entries-are-strangers',
      comment:
        'A function’s handler knows no other’s. What they know of the process that they run in is shared, and so is how a report is written.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: ['^functions/$1/', '^functions/process/', '^functions/cli/render/'] },
    },
    {
      name: 'tests-stay-out',
      comment: 'Product code never imports test code.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // Examples are a user's own code: they import the package by its name.
    exclude: { path: '^(\\.venv|cdk\\.out|docs)/' },
  },
};
