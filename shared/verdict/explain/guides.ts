/** What a person does first about findings of one sort, how they see it themselves, and when it is over. */

export type Guide = { readonly first: string; readonly see: string; readonly closes: string };

/** `check-state.ts` of the regression decides it so. */
const OVER =
  'In the first run in which its checks pass. If it came and went: once they have passed for eight runs (twice `settleAfter` if that is more).';
const NOT_OPEN = 'Nothing is open: a check with this code keeps the state that it had.';
const REPRODUCE =
  'Run the `reproduce` line of the message from a machine with the same view of the network as the vantage.';
const S_CLIENT = 'openssl s_client -connect HOST:PORT -servername NAME';

export const GUIDES = {
  open: {
    first:
      'Take it for open now, and look at the last deployment of the endpoint and of what stands in front of it. If the message says “n of m” connections, one of several backends accepts the client: look for the one with another configuration.',
    see: `${REPRODUCE} An answer like the control’s shows it. One refusal does not disprove it: another backend may have answered.`,
    closes: OVER,
  },
  shut: {
    first:
      'Expect that real clients are refused as well. Read in the message how the identity was refused, and see whether the identity, its CA or a CRL was renewed on one side only.',
    see: `${REPRODUCE} \`mtls-monitor present ENDPOINT valid-identity\` shows the records and alerts, too.`,
    closes: OVER,
  },
  nextVersion: {
    first: 'Stop the rotation: `AWSCURRENT` must not move to a version that is refused.',
    see: 'Connect with the certificate and the key of the secret’s version `AWSPENDING`.',
    closes: 'In the first run in which that version is accepted, or in which the secret has no other version any more.',
  },
  served: {
    first:
      'Look at what the server serves, not at the file on its disk: a renewed certificate counts once the server has loaded it.',
    see: `\`${S_CLIENT} -showcerts </dev/null\` shows the served chain (PostgreSQL: with \`-starttls postgres\`); \`openssl x509 -noout -text\` reads one of its certificates.`,
    closes: OVER,
  },
  trust: {
    first:
      'Compare the CA that the served chain leads to with the trust bundle that the registry names for the endpoint: either of them may be the old one.',
    see: `\`${S_CLIENT} -CAfile BUNDLE -showcerts </dev/null\`: its last lines have the issuer of each certificate and the verify return code.`,
    closes: OVER,
  },
  bundle: {
    first: 'Look at the trust bundle itself, at the secret or file that `trustBundles` of the registry names.',
    see: '`openssl storeutl -noout -text -certs BUNDLE` prints every certificate of it that can be read.',
    closes: OVER,
  },
  crl: {
    first: 'Look at the list itself, where `crls` of the trust bundle names it: at its issuer and at its dates.',
    see: '`openssl crl -in FILE -noout -text` (with `-inform DER` for a list in DER).',
    closes: OVER,
  },
  staple: {
    first:
      'Find out whether the server fetches its OCSP responses or reads them from a file, and why the last one is old or wrong.',
    see: `\`${S_CLIENT} -status </dev/null\` prints the stapled response.`,
    closes: OVER,
  },
  identity: {
    first:
      'Look at the identity that the message names: it is one of the monitor’s test identities that is at fault, not an endpoint.',
    see: '`npx mtls-monitor check registry.yaml --suite certificates --secrets aws` checks the identities from where you are.',
    closes: OVER,
  },
  secret: {
    first:
      'Look at the vantage that the message names and at Secrets Manager in the secret’s region, not at the secret: it throttled, failed or did not answer.',
    see: 'CloudTrail has the calls that were throttled. `npx mtls-monitor check registry.yaml --suite certificates --secrets aws` reads the identities from where you are.',
    closes: OVER,
  },
  down: {
    first:
      'Ask from the vantage that the message names, since another network may reach it: see how far a connection gets, to the name, to TCP, to TLS or to an answer.',
    see: `${REPRODUCE} Or \`${S_CLIENT} </dev/null\`.`,
    closes: OVER,
  },
  undecided: {
    first:
      'Look at the controls of the endpoint, the identities in `admits`: every refusal is judged beside them, and until they are accepted nothing is known about enforcement.',
    see: REPRODUCE,
    closes: OVER,
  },
  address: {
    first: 'Find out why the name or the URL leads to this address. No connection was made.',
    see: '`dig +short NAME A` and `dig +short NAME AAAA`, asked from the vantage.',
    closes: OVER,
  },
  run: {
    first:
      'Look at the execution in Step Functions, and at the functions’ logs. If the message says that a state could not be written, DynamoDB refused or did not answer: the results are kept, and the next run announces what they mean.',
    see: 'The message links the execution; each of its failed steps has its error.',
    closes: 'With the next run of the same schedule and suite that is completed.',
  },
  leftOver: {
    first: 'See to the run that was not finished (`RUN_INCOMPLETE`): only that is announced.',
    see: 'The report says that it is not finished, and names the checks that were not run.',
    closes: NOT_OPEN,
  },
  implied: {
    first: 'See to the other finding of this endpoint, a client that is accepted as it is: only that is announced.',
    see: 'The report of the same run has that finding.',
    closes: NOT_OPEN,
  },
  change: {
    first: 'Ask the endpoint’s owners whether they renewed it. If nobody did, find out who did.',
    see: `\`${S_CLIENT} </dev/null | openssl x509 -noout -fingerprint -sha256 -issuer -dates\` shows the certificate that is served now.`,
    closes: 'Nothing stays open: it is announced once.',
  },
  acceptableCas: {
    first: 'Ask the endpoint’s owners whether they changed its client CAs. If nobody did, find out who did.',
    see: `\`${S_CLIENT} </dev/null\` prints them under “Acceptable client certificate CA names”.`,
    closes: 'Nothing stays open: it is announced once.',
  },
  note: {
    first: 'Nothing at once: the check passes, reports say it, and no notification is sent.',
    see: '`npx mtls-monitor check registry.yaml --format json` has the check, and the chains that were served.',
    closes: 'Nothing is open.',
  },
  configuration: {
    first:
      'Look at the place that the message names (file and line, object or ARN), and at the wire’s own findings of the endpoint: they say what is really enforced.',
    see: '`npx mtls-monitor describe ENDPOINT` prints what each source says beside what was seen.',
    closes: OVER,
  },
  source: {
    first:
      'See when the source was exported last, and by what: a CronJob, the inventory function, or somebody by hand.',
    see: '`npx mtls-monitor configuration FILE` reads an export and prints what it says, and what of it could not be read.',
    closes: OVER,
  },
  removed: {
    first: 'Find out whether it was taken out of the registry on purpose.',
    see: 'The registry, and what changed in it lately.',
    closes: 'It is the end of what was announced.',
  },
} as const satisfies Readonly<Record<string, Guide>>;
export type GuideName = keyof typeof GUIDES;
