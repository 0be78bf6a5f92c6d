/** Bad registries, each with everything that must be said about it: `line:column path: message`. */

export type Row = { readonly what: string; readonly text: string; readonly says: readonly string[] };

/** A registry that is right but for the endpoint's fields given (line 7 on) and the identities (line 4 on). */
export const registry = (fields: string, identities = ''): string => `version: 1
identities:
  checkout: { secret: id/checkout }
  expired: { secret: id/expired, fault: expired }${identities}
endpoints:
  - name: payments
    url: https://payments.corp.example:8443/
    admits: [checkout]${fields}
`;

const field = (what: string, fields: string, ...says: string[]): Row => ({
  what,
  text: registry(`\n    ${fields}`),
  says,
});
const second = (what: string, endpoint: string, ...says: string[]): Row => ({
  what,
  text: `${registry('')}  - ${endpoint}\n`,
  says,
});
const identity = (what: string, line: string, ...says: string[]): Row => ({
  what,
  text: registry('', `\n  ${line}`),
  says,
});
const whole = (what: string, text: string, ...says: string[]): Row => ({ what, text, says });

export const BAD_REGISTRIES: readonly Row[] = [
  whole(
    'networks that cannot be allowed',
    registry('').replace(
      'version: 1\n',
      'version: 1\nmonitor: { denyPrivate: true, allowAddresses: [10.0.0.1/8, 169.254.0.0/16, 10.1.0.0/16, 10.1.0.0/16] }\n',
    ),
    '2:47 monitor.allowAddresses: "10.1.0.0/16" stands here twice',
    '2:48 monitor.allowAddresses[0]: found "10.0.0.1/8"; expected a network: no bit after its first 8',
    '2:60 monitor.allowAddresses[1]: 169.254.0.0/16 is refused always: metadata services and credentials of this machine are there',
  ),
  whole(
    'exceptions without a rule',
    registry('').replace('version: 1\n', 'version: 1\nmonitor: { allowAddresses: [10.1.0.0/16] }\n'),
    '2:10 monitor: allowAddresses names exceptions to denyPrivate, which is not true',
  ),
  whole(
    'a private address beside denyPrivate',
    registry('\n    bypasses: ["http://10.1.2.3/", "https://8.8.8.8/"]').replace(
      'version: 1\n',
      'version: 1\nmonitor: { denyPrivate: true }\n',
    ),
    '10:15 endpoints[0].bypasses: 10.1.2.3 is a private address, which monitor.denyPrivate refuses: name its network in allowAddresses',
  ),
  whole(
    'an empty file',
    '',
    '1:1 : the file is empty; expected version, identities and endpoints (mtls-monitor init writes a starter)',
  ),
  whole(
    'comments only',
    '# nothing yet\n',
    '1:1 : the file is empty; expected version, identities and endpoints (mtls-monitor init writes a starter)',
  ),
  whole(
    'an open list',
    'endpoints: [a\nversion: 1\n',
    '2:1 : not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ),
  whole(
    'a tab as indentation',
    'version: 1\nidentities:\n\ta: b\n',
    '3:1 : not YAML: Tabs are not allowed as indentation',
  ),
  whole('an open quote', 'version: "1\n', '2:1 : not YAML: Missing closing "quote'),
  whole('two documents', 'version: 1\n---\nversion: 1\n', '2:1 : a second document begins here; a registry is one'),
  whole('an unknown tag', 'version: !one 1\n', '1:10 : not YAML: Unresolved tag: !one'),
  whole(
    'an alias without an anchor',
    'version: 1\nidentities: *ids\n',
    '2:13 : not YAML: the anchor &ids is nowhere before its alias',
  ),
  whole(
    'a stray token that may be a key',
    'version: 1\n}MIIEvQIBADANBgkqhkiG9w0BAQ\n',
    '2:1 : not YAML: Unexpected flow-map-end token in YAML stream',
  ),
  whole('a list', '- version: 1\n', '1:1 : found a list; expected a mapping'),
  whole('a word', 'registry\n', '1:1 : found "registry"; expected a mapping'),
  whole(
    'nothing but the version',
    'version: 2\n',
    '1:1 identities: missing; expected a mapping',
    '1:1 endpoints: missing; expected a list',
    '1:10 version: found 2 (a number); expected 1',
  ),
  whole('nesting without end', '['.repeat(20_000), '1:1 : nested too deeply'),
  whole(
    'a bomb of aliases',
    'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
    '1:1 : not YAML: aliases or merge keys (<<) that cannot be unfolded, or unfold to too much',
  ),
  whole(
    'no endpoint',
    'version: 1\nidentities: {}\nendpoints: []\n',
    '3:12 endpoints: found an empty list; expected at least 1 entry',
  ),
  whole(
    'a section left blank',
    'version: 1\nidentities:\nendpoints:\n',
    '2:12 identities: found nothing; expected a mapping',
    '3:11 endpoints: found nothing; expected a list',
  ),
  whole(
    'a field twice',
    'version: 1\nversion: 1\nidentities: { a: { secret: x }, a: { secret: y } }\nendpoints: [{ name: a, url: "https://a", admits: [a] }]\n',
    '2:1 version: "version" stands here twice',
    '3:33 identities.a: "a" stands here twice',
  ),
  field(
    'a misspelled field',
    'trustbundle: public',
    '9:5 endpoints[0].trustbundle: unknown field "trustbundle"; did you mean "trustBundle"?',
  ),
  field(
    'a field from nowhere',
    'colour: red',
    '9:5 endpoints[0].colour: unknown field "colour"; expected one of name, url, serverName, hostHeader, serverIdentity, trustBundle, admits, refuses, owner, from, addresses, alpn, http, accepts, rejects, tlsVersions, routes, bypasses, waivers, skip, sources, tls, mqtt, schedule, timeout, settleAfter, remindAfter, expiry, limits, platform, runbook',
  ),
  field(
    'a field of another place',
    'identities: {}',
    '9:5 endpoints[0].identities: unknown field "identities"; expected one of name, url, serverName, hostHeader, serverIdentity, trustBundle, admits, refuses, owner, from, addresses, alpn, http, accepts, rejects, tlsVersions, routes, bypasses, waivers, skip, sources, tls, mqtt, schedule, timeout, settleAfter, remindAfter, expiry, limits, platform, runbook',
  ),
  field(
    'an unknown identity',
    'refuses: [chekout2]',
    '9:15 endpoints[0].refuses[0]: unknown identity "chekout2"; did you mean "checkout"?',
  ),
  field(
    'an identity that is nothing like any',
    'refuses: [warehouse]',
    '9:15 endpoints[0].refuses[0]: unknown identity "warehouse"; expected one of checkout, expired',
  ),
  field(
    'an identity admitted and refused',
    'refuses: [checkout]',
    '9:15 endpoints[0].refuses[0]: "checkout" is in admits too: it cannot be both accepted and refused',
  ),
  field(
    'a faulty identity refused',
    'refuses: [expired]',
    '9:15 endpoints[0].refuses[0]: "expired" has fault: expired: it is presented everywhere and must be refused, so neither admits nor refuses names it',
  ),
  field(
    'a name twice in a list',
    'refuses: [a, a]',
    '9:14 endpoints[0].refuses: "a" stands here twice',
    '9:15 endpoints[0].refuses[0]: unknown identity "a"; expected one of checkout, expired',
    '9:18 endpoints[0].refuses[1]: unknown identity "a"; expected one of checkout, expired',
  ),
  field(
    'an unknown trust bundle',
    'trustBundle: publik',
    '9:18 endpoints[0].trustBundle: unknown trust bundle "publik"; did you mean "public"?',
  ),
  field(
    'an unknown schedule',
    'schedule: critical',
    '9:15 endpoints[0].schedule: unknown schedule "critical"; expected default',
  ),
  field(
    'an unknown vantage',
    'from: [defualt]',
    '9:12 endpoints[0].from[0]: unknown vantage "defualt"; did you mean "default"?',
  ),
  field(
    'a bare number for a duration',
    'timeout: 10',
    '9:14 endpoints[0].timeout: found 10 (a number); expected a duration such as 500ms, 10s, 5m, 1h or 30d',
  ),
  field(
    'too short a timeout',
    'timeout: 50ms',
    '9:14 endpoints[0].timeout: found "50ms"; expected a timeout from 100ms to 60s',
  ),
  field(
    'too long a timeout',
    'timeout: 2m',
    '9:14 endpoints[0].timeout: found "2m"; expected a timeout from 100ms to 60s',
  ),
  field(
    'a duration in words',
    'remindAfter: one day',
    '9:18 endpoints[0].remindAfter: found "one day"; expected a duration such as 500ms, 10s, 5m, 1h or 30d',
  ),
  field(
    'critical further than warn',
    'expiry: { warn: 5% }',
    '9:13 endpoints[0].expiry: critical must be nearer to the end than warn',
  ),
  field(
    'critical further than warn, in days',
    'expiry: { days: { warn: 7d, critical: 30d } }',
    '9:21 endpoints[0].expiry.days: critical must be nearer to the end than warn',
  ),
  field(
    'expiry of both forms',
    'expiry: { warn: 30%, days: { warn: 30d } }',
    '9:13 endpoints[0].expiry: found a mapping; expected warn and critical, or days with warn and critical',
  ),
  field(
    'days as a share',
    'expiry: { warn: 30d }',
    '9:21 endpoints[0].expiry.warn: found "30d"; expected a percentage above 0 and below 100 such as 25%',
  ),
  field(
    'an upside-down range',
    'accepts: { status: [299-200] }',
    '9:25 endpoints[0].accepts.status[0]: found "299-200"; a range runs from the lower status to the higher',
  ),
  field(
    'a status that is none',
    'accepts: { status: [2xx, 99, true] }',
    '9:25 endpoints[0].accepts.status[0]: found "2xx"; expected a status such as 200, or a range such as 200-299',
    '9:30 endpoints[0].accepts.status[1]: found 99 (a number); expected at least 100',
    '9:34 endpoints[0].accepts.status[2]: found true (a boolean); expected a status such as 200, or a range such as 200-299',
  ),
  field(
    'an outage that accepts',
    'accepts: { status: [200-499, 503, 200-599, "5"] }',
    '9:34 endpoints[0].accepts.status[1]: found 503; a 5xx is an application that fails, and never an answer that accepts',
    '9:39 endpoints[0].accepts.status[2]: found "200-599"; a 5xx is an application that fails, and never an answer that accepts',
    '9:48 endpoints[0].accepts.status[3]: found "5"; expected a status such as 200, or a range such as 200-299',
  ),
  field(
    'an interim status that accepts',
    'accepts: { status: [101, "100-199", "100-299"] }',
    '9:25 endpoints[0].accepts.status[0]: found 101; a 1xx is an interim answer, which the probe reads past: name the final status (an upgrade to WebSocket is not asked for)',
    '9:30 endpoints[0].accepts.status[1]: found "100-199"; a 1xx is an interim answer, which the probe reads past: name the final status (an upgrade to WebSocket is not asked for)',
  ),
  field(
    'a broken pattern',
    'accepts: { body: "(" }',
    '9:22 endpoints[0].accepts.body: not a regular expression (RE2 syntax): missing closing )',
  ),
  field(
    'too long a pattern',
    `rejects: { body: ${'a'.repeat(1001)} }`,
    '9:22 endpoints[0].rejects.body: found a text; expected at most 1000 characters',
  ),
  field(
    'text for a switch',
    'rejects: { silence: maybe }',
    '9:25 endpoints[0].rejects.silence: found "maybe"; expected true or false',
  ),
  field(
    'a TLS version without quotes',
    'tlsVersions: [1.3]',
    '9:19 endpoints[0].tlsVersions[0]: found 1.3 (a number); did you mean "1.3"?',
  ),
  field('a TLS version twice', 'tlsVersions: ["1.3", "1.3"]', '9:18 endpoints[0].tlsVersions: "1.3" stands here twice'),
  field(
    'an old TLS version',
    'tlsVersions: ["1.1"]',
    '9:19 endpoints[0].tlsVersions[0]: found "1.1"; expected one of 1.2, 1.3',
  ),
  field(
    'an HTTP version to come',
    'http: { version: 3 }',
    '9:22 endpoints[0].http.version: found 3 (a number); expected one of 1, 2',
  ),
  field(
    'a method in lower case',
    'http: { method: get }',
    '9:21 endpoints[0].http.method: found "get"; expected a method in capitals such as GET',
  ),
  field(
    'a host header',
    'http: { headers: { Host: other.example } }',
    '9:22 endpoints[0].http.headers: host is not a header here: use hostHeader',
  ),
  field(
    'a header of the probe’s own',
    'http: { headers: { Content-Length: "3" } }',
    '9:22 endpoints[0].http.headers: content-length is the probe’s own: leave it out',
  ),
  field(
    'a header twice',
    'http: { headers: { Accept: a, accept: b } }',
    '9:22 endpoints[0].http.headers: accept stands here twice: the case of a header’s name does not count',
  ),
  field(
    'a header with a line break',
    'http: { headers: { x-a: "a\\r\\nb: hunter2" } }',
    '9:22 endpoints[0].http.headers: the value of x-a may not have line breaks or other control characters',
  ),
  field(
    'a header’s name with a space',
    'http: { headers: { "x a": b } }',
    '9:24 endpoints[0].http.headers["x a"]: found "x a"; expected a header’s name such as accept',
  ),
  field(
    'a number for a header',
    'http: { headers: { x-token: 123456 } }',
    '9:33 endpoints[0].http.headers.x-token: found a number; expected text, { secret: NAME } or { env: NAME }',
  ),
  field(
    'a misspelled reference',
    'http: { headers: { x-token: { secrt: a } } }',
    '9:35 endpoints[0].http.headers.x-token.secrt: unknown field "secrt"; did you mean "secret"? Expected secret — or env',
  ),
  field(
    'an unknown scenario in skip',
    'skip: [{ scenario: plain-text, reason: because }]',
    '9:24 endpoints[0].skip[0].scenario: found "plain-text"; did you mean "plaintext"?',
  ),
  field(
    'a control that is skipped',
    'skip: [{ scenario: valid-identity, reason: because }]',
    '9:24 endpoints[0].skip[0].scenario: valid-identity cannot be skipped: without an accepted control no refusal proves anything',
  ),
  whole(
    'a monitor that names what it cannot know',
    `${registry('')}monitor: { metrcs: fleet, notify: { email: [oncall] } }\n`,
    '9:12 monitor.metrcs: unknown field "metrcs"; did you mean "metrics"?',
    '9:45 monitor.notify.email[0]: found "oncall"; expected an email address',
  ),
  field(
    'a waiver of nothing',
    'waivers: [{ until: 2027-03-31, reason: because }]',
    '9:15 endpoints[0].waivers[0]: expected a scenario or a cause, and not both',
  ),
  field(
    'a waiver of two things',
    'waivers: [{ scenario: revoked, cause: ENDPOINT_DOWN, until: 2027-03-31, reason: because }]',
    '9:15 endpoints[0].waivers[0]: expected a scenario or a cause, and not both',
  ),
  whole(
    'defaults that name what is not there',
    `${registry('')}defaults: { trustBundle: publik, admits: [checkot] }\n`,
    '9:26 defaults.trustBundle: unknown trust bundle "publik"; did you mean "public"?',
    '9:43 defaults.admits[0]: unknown identity "checkot"; did you mean "checkout"?',
  ),
  field(
    'a waiver without its date',
    'waivers: [{ scenario: revoked, reason: because }]',
    '9:15 endpoints[0].waivers[0].until: missing; expected a date such as 2027-03-31',
  ),
  field(
    'a waiver until a day that is none',
    'waivers: [{ scenario: revoked, until: 2027-02-30, reason: because }]',
    '9:43 endpoints[0].waivers[0].until: found "2027-02-30"; expected a date such as 2027-03-31',
  ),
  field(
    'a number for an owner',
    'owner: 42',
    '9:12 endpoints[0].owner: found 42 (a number); expected text on one line, at most 256 characters',
  ),
  field(
    'a server name with a port',
    'serverName: a.example:443',
    '9:17 endpoints[0].serverName: found "a.example:443"; expected a host name or an IP address, without a port',
  ),
  field(
    'a server identity that is no SPIFFE ID',
    'serverIdentity: ledger',
    '9:21 endpoints[0].serverIdentity: found "ledger"; expected a SPIFFE ID such as spiffe://corp.example/ns/prod/sa/ledger',
  ),
  field(
    'a URL without a scheme',
    'bypasses: [a.example]',
    '9:16 endpoints[0].bypasses[0]: expected a URL such as https://host/path or http://host/path',
  ),
  field(
    'a URL of another protocol',
    'bypasses: ["ftp://a.example"]',
    '9:16 endpoints[0].bypasses[0]: expected a URL such as https://host/path or http://host/path',
  ),
  field(
    'a URL with a password',
    'bypasses: ["https://user:hunter2@a.example"]',
    '9:16 endpoints[0].bypasses[0]: a URL may not carry a user name or password',
  ),
  field(
    'a URL with a fragment',
    'bypasses: ["https://a.example/#top"]',
    '9:16 endpoints[0].bypasses[0]: a URL may not carry a fragment (#…): it is never sent',
  ),
  field(
    'a URL with a port that is none',
    'bypasses: ["https://a.example:99999"]',
    '9:16 endpoints[0].bypasses[0]: not a URL: check its host and port; no spaces, no backslashes',
  ),
  field(
    'a way in over another protocol',
    'bypasses: ["tls://a.example"]',
    '9:16 endpoints[0].bypasses[0]: expected a URL such as https://host/path or http://host/path',
  ),
  field(
    'a field that belongs to another protocol',
    'tls: { window: 1s }',
    '9:5 endpoints[0].tls: tls belongs to tls:// endpoints; this one is https://',
  ),
  field(
    'a version of a protocol that is not spoken',
    'mqtt: { version: "5" }',
    '9:5 endpoints[0].mqtt: mqtt belongs to mqtts:// endpoints; this one is https://',
  ),
  field(
    'a URL for any host',
    'bypasses: ["https://*.example"]',
    '9:16 endpoints[0].bypasses[0]: "*.example" is neither a host name nor an IP address',
  ),
  second(
    'an endpoint that admits nobody, where `defaults` admits nobody either',
    '{ name: b, url: "https://b.example" }',
    '9:5 endpoints[1].admits: missing; expected a list',
  ),
  second(
    'a misspelled field, which is not missing as well',
    '{ name: b, url: "https://b.example", admit: [checkout] }',
    '9:42 endpoints[1].admit: unknown field "admit"; did you mean "admits"?',
  ),
  whole(
    'defaults that admit what must be refused, and an endpoint that refuses what they admit',
    `${registry('')}  - { name: b, url: "https://b.example", refuses: [checkout] }\ndefaults: { admits: [checkout, expired] }\n`,
    '9:52 endpoints[1].refuses[0]: "checkout" is in admits too: it cannot be both accepted and refused',
    '10:32 defaults.admits[1]: "expired" has fault: expired: it is presented everywhere and must be refused, so neither admits nor refuses names it',
  ),
  second(
    'a second endpoint of the same name',
    '{ name: payments, url: "https://b.example", admits: [checkout] }',
    '9:13 endpoints[1].name: "payments" is the name of endpoints[0] already',
  ),
  second(
    'an endpoint named as a scenario’s checks',
    '{ name: identity-health, url: "https://b.example", admits: [checkout] }',
    '9:13 endpoints[1].name: identity-health is the name of a scenario’s own checks',
  ),
  second(
    'an endpoint that admits nobody',
    '{ name: b, url: "https://b.example", admits: [] }',
    '9:50 endpoints[1].admits: found an empty list; expected at least 1 entry',
  ),
  field(
    'a route with a faulty identity',
    'routes: [{ path: /a, admits: [expired] }]',
    '9:35 endpoints[0].routes[0].admits[0]: "expired" has fault: expired: it is presented everywhere and must be refused, so neither admits nor refuses names it',
  ),
  field(
    'several at once',
    'trustBundle: corp\n    timeout: 5\n    refuses: [nobody]\n    oner: me',
    '9:18 endpoints[0].trustBundle: unknown trust bundle "corp"; expected public',
    '10:14 endpoints[0].timeout: found 5 (a number); expected a duration such as 500ms, 10s, 5m, 1h or 30d',
    '11:15 endpoints[0].refuses[0]: unknown identity "nobody"; expected one of checkout, expired',
    '12:5 endpoints[0].oner: unknown field "oner"; did you mean "owner"?',
  ),
  identity(
    'a misspelled field beside the secret',
    'a: { secret: x, certifcate: y }',
    '5:19 identities.a.certifcate: unknown field "certifcate"; did you mean "certificate"? Expected secret, passphrase, principal, fault, owner, like — or certificate, privateKey, passphrase, principal, fault, owner, like',
  ),
  identity(
    'both forms',
    'a: { secret: x, certificate: y, privateKey: z }',
    '5:8 identities.a.secret: "secret" does not go with the other fields here; expected secret, passphrase, principal, fault, owner, like — or certificate, privateKey, passphrase, principal, fault, owner, like',
  ),
  identity(
    'a misspelled secret',
    'a: { secert: x }',
    '5:8 identities.a.secert: unknown field "secert"; did you mean "secret"? Expected secret, passphrase, principal, fault, owner, like — or certificate, privateKey, passphrase, principal, fault, owner, like',
  ),
  identity(
    'a misspelled certificate',
    'a: { certifcate: x, privateKey: y }',
    '5:8 identities.a.certifcate: unknown field "certifcate"; did you mean "certificate"? Expected secret, passphrase, principal, fault, owner, like — or certificate, privateKey, passphrase, principal, fault, owner, like',
  ),
  identity(
    'half of the files',
    'a: { certificate: x }',
    '5:6 identities.a.privateKey: missing; expected the path of a PEM file',
  ),
  identity(
    'nothing',
    'a: {}',
    '5:6 identities.a: found an empty mapping; expected { secret: NAME } or { certificate: PATH, privateKey: PATH }',
  ),
  identity(
    'a text',
    'a: secret/name',
    '5:6 identities.a: found "secret/name"; expected { secret: NAME } or { certificate: PATH, privateKey: PATH }',
  ),
  identity(
    'an unknown fault',
    'a: { secret: x, fault: expird }',
    '5:26 identities.a.fault: found "expird"; did you mean "expired"?',
  ),
  identity(
    'a passphrase in the open',
    'a: { secret: x, passphrase: hunter2 }',
    '5:31 identities.a.passphrase: found a text; expected { secret: NAME } or { env: NAME }',
  ),
  identity(
    'a name in capitals',
    'Checkout_2: { secret: x }',
    '5:3 identities.Checkout_2: found "Checkout_2"; expected a name of at most 64 lower-case letters, digits and hyphens, no hyphen at its ends',
  ),
  identity(
    'a pasted key',
    'a: { certificate: a.crt, privateKey: "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n" }',
    '5:40 identities.a.privateKey: found a text; expected the path of a PEM file',
  ),
];
