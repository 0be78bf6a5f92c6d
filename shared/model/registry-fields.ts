/**
 * The field types of the registry's document.
 * A format's message is a noun phrase for the expected value ("a duration such as 10s"). A custom issue's message is a whole sentence.
 * `shared/registry/describe.ts` relies on both.
 */
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { parseHost } from './host.ts';
import { networkFault } from './network.ts';
import { patternFault } from './pattern.ts';
import { DAY, HOUR, MINUTE, type Milliseconds } from './time.ts';

/** Text that matches `form`; `expected` is the noun phrase for it. */
export const text = (form: RegExp, expected: string) => z.string(expected).regex(form, expected);

/** Adds a check. `problem` returns a sentence that says what is wrong, or null. */
export const checked = <T extends z.ZodType>(schema: T, problem: (value: z.output<T>) => string | null) =>
  schema.superRefine((value, context) => {
    const message = problem(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  }) as T;

/** A list without repetitions. */
export const distinct = <T extends z.ZodType<string | number>>(entry: T) =>
  checked(z.array(entry).min(1), repeated) as z.ZodArray<T>;
export const distinctOrEmpty = <T extends z.ZodType<string>>(entry: T) =>
  checked(z.array(entry), repeated) as z.ZodArray<T>;

function repeated(values: readonly unknown[]): string | null {
  const seen = new Set<unknown>();
  const twice = values.find((value) => seen.size === seen.add(value).size);
  return twice === undefined ? null : `${JSON.stringify(twice).slice(0, 80)} stands here twice`;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
export const name = () =>
  text(NAME, 'a name of at most 64 lower-case letters, digits and hyphens, no hyphen at its ends');

const within = (low: Milliseconds, high: Milliseconds, range: string) => (value: string) => {
  const length = parseDuration(value);
  return length === null || (length >= low && length <= high) ? null : `found "${value}"; expected ${range}`;
};
const DURATION = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/;
export const duration = (low: Milliseconds, high: Milliseconds, range: string, description: string) =>
  checked(text(DURATION, 'a duration such as 500ms, 10s, 5m, 1h or 30d'), within(low, high, range)).meta({
    description,
  });
export const interval = (description: string) =>
  checked(
    text(/^\d{1,4}(m|h)$/, 'whole minutes or hours such as 5m or 1h'),
    within(MINUTE, DAY, 'an interval from 1m to 24h'),
  ).meta({ description });

const percent = () => text(/^(?!0+(\.0+)?%)\d{1,2}(\.\d{1,3})?%$/, 'a percentage above 0 and below 100 such as 25%');
const fixedTime = () => duration(HOUR, 3650 * DAY, 'a time from 1h to 3650d', '');

const nearer = (critical: number | null, warn: number | null) =>
  critical === null || warn === null || critical < warn ? null : 'critical must be nearer to the end than warn';
const share = checked(
  z.strictObject({
    warn: percent().default('25%').meta({ description: 'Share of the lifetime that is left, at most 30d.' }),
    critical: percent().default('10%').meta({ description: 'Share of the lifetime that is left, at most 7d.' }),
  }),
  ({ warn, critical }) => nearer(Number.parseFloat(critical), Number.parseFloat(warn)),
);
const days = checked(
  z.strictObject({
    warn: fixedTime().default('30d').meta({ description: 'Time left.' }),
    critical: fixedTime().default('7d').meta({ description: 'Time left.' }),
  }),
  ({ warn, critical }) => nearer(parseDuration(critical), parseDuration(warn)),
);
export const expiry = () =>
  z.union([share, z.strictObject({ days: days.meta({ description: 'Fixed times instead of shares.' }) })], {
    error: 'warn and critical, or days with warn and critical',
  });

/** Secrets Manager: letters, digits and `/_+=.@-` up to 512, or an ARN (CreateSecret, Name). */
export const secretName = () =>
  text(
    /^(arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/,
    'a secret’s name, or a whole ARN: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME',
  ).meta({
    description:
      'A Secrets Manager name in the stack’s account and region, or an ARN, with or without the six random characters at its end.',
  });
const secret = z.strictObject({ secret: secretName() });
const env = z.strictObject({
  env: text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable').meta({
    description: 'An environment variable (command line only).',
  }),
});
export const secretRef = () => z.union([secret, env], { error: '{ secret: NAME } or { env: NAME }' });
export const headerValue = () =>
  z.union([z.string(), secret, env], { error: 'text, { secret: NAME } or { env: NAME }' });

/** The path of a file. Text with line breaks, such as a pasted PEM, is refused. */
export const file = (what: string) =>
  text(/^[^\r\n]{1,4096}$/, 'the path of a PEM file').meta({
    description: `${what}: a path relative to the registry file, or an absolute one.`,
  });

const RANGE = 'a status such as 200, or a range such as 200-299';
/** A list of HTTP statuses and ranges. `problem` returns a sentence that says what is wrong with one entry, or null. */
export const status = (problem: (entry: number | string) => string | null = () => null) =>
  z
    .array(
      checked(
        z.union(
          [
            z.number().int().min(100).max(599),
            checked(text(/^[1-5]\d\d(-[1-5]\d\d)?$/, RANGE), (range) =>
              range.slice(0, 3) <= range.slice(-3)
                ? null
                : `found "${range}"; a range runs from the lower status to the higher`,
            ),
          ],
          { error: RANGE },
        ),
        problem,
      ),
    )
    .min(1);

/** A regular expression of at most 1,000 characters. */
export const pattern = (description: string, fallback: string) =>
  checked(z.string().min(1).max(1000), (source) => {
    const fault = patternFault(source);
    return fault === null ? null : `not a regular expression (RE2 syntax): ${fault}`;
  }).meta({
    description: `${description} A regular expression (RE2 syntax: no look-around, no back-references; . matches line ends). Default: ${fallback}.`,
  });

export const crlUrl = () =>
  text(/^https?:\/\/[\x21-\x7e]{1,2048}$/, 'a URL such as http://crl.corp.example/issuing.crl').meta({
    description: 'Where the CA publishes it, in DER or PEM: fetched in every run.',
  });

/** Networks that rules of addresses may allow: none of those that are refused always. */
export const networks = () =>
  distinct(checked(z.string('a network such as 10.20.0.0/16'), (value) => networkFault(value)));

export const serverName = () =>
  checked(z.string('a host name').min(1).max(254), (value) =>
    parseHost(value) ? null : `found "${value.slice(0, 60)}"; expected a host name or an IP address, without a port`,
  );

/** `fallback` completes «Default: ». */
export const runbook = (fallback: string) =>
  text(/^https?:\/\/[\x21-\x7e]{1,2048}$/, 'a URL such as https://wiki.corp.example/mtls')
    .optional()
    .meta({
      description: `The runbook that a notification leads to: \`#\` and the cause or code in small letters, as in docs/reference/findings.md, are added to a URL without a fragment. Default: ${fallback}.`,
    });

export const owner = () =>
  text(/^[^\r\n]{1,256}$/, 'text on one line, at most 256 characters')
    .optional()
    .meta({ description: 'Goes into notifications and their attributes. Default: none.' });
