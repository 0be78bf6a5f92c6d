/** An endpoint that is written in code: what the registry's file would hold, with values that only the deployment knows. */
import { Token } from 'aws-cdk-lib';
import { hasPlace, placeOf } from '../shared/registry/deployed-values.ts';
import { printable } from '../shared/registry/error.ts';
import { DeploymentError } from './deployment-error.ts';

/** An endpoint as the registry's file has it: docs/reference/registry.md. The fields are checked when it is added. */
export type EndpointEntry = { readonly name: string; readonly url: string; readonly [field: string]: unknown };

/** The CDK's mark of a text that is known at the deployment only. */
const TOKEN = /\$\{Token\[[^\]]+\]\}/g;
/** Fields that may hold such a text. */
const OPEN: readonly string[] = ['url', 'serverName', 'hostHeader', 'bypasses'];
/** AWS Lambda, "Quotas": environment variables have 4 KB in all. A host name with its place is about 100 bytes. */
const MOST = 30;

/** What stands at each place, as the CDK has it. */
export type Places = Readonly<Record<string, string>>;

/** A place that somebody wrote would be filled with a value that was meant for another. Throws a `DeploymentError`. */
export const refusePlaces = (text: string, where: string): void => {
  if (hasPlace(text))
    throw new DeploymentError(
      `${where}: known-at-deployment- with a number is the deployment’s own word. Name it otherwise.`,
    );
};

/** Gives each value that only the deployment knows one place, in the order of their coming. */
export class PlaceNames {
  readonly #places = new Map<string, string>();

  /** Returns the value with places in it. Throws a `DeploymentError` where such a value cannot stand. */
  filled(endpoint: unknown): unknown {
    if (typeof endpoint !== 'object' || endpoint === null || Array.isArray(endpoint)) return endpoint;
    const entry = endpoint as Readonly<Record<string, unknown>>;
    refusePlaces(JSON.stringify(entry), `The endpoint ${printable(String(entry['name']), 80)}`);
    return Object.fromEntries(
      Object.entries(entry).map(([field, value]) => [field, this.#inField(String(entry['name']), field, value)]),
    );
  }

  get places(): Places {
    return Object.fromEntries([...this.#places].map(([token, place]) => [place, token]));
  }

  #inField(endpoint: string, field: string, value: unknown): unknown {
    if (!Token.isUnresolved(value) && !/\$\{Token\[/.test(JSON.stringify(value) ?? '')) return value;
    if (typeof value === 'string' && OPEN.includes(field)) return this.#inText(value);
    if (Array.isArray(value) && OPEN.includes(field)) return value.map((each) => this.#inField(endpoint, field, each));
    throw new DeploymentError(
      `The endpoint ${printable(endpoint, 80)}: ${field} holds a value that only the deployment knows. Texts in ${OPEN.join(', ')} may: give ${field} as it is.`,
    );
  }

  #inText(text: string): string {
    return text.replaceAll(TOKEN, (token) => {
      const place = this.#places.get(token) ?? placeOf(this.#places.size + 1);
      this.#places.set(token, place);
      if (this.#places.size > MOST)
        throw new DeploymentError(
          `More than ${MOST} values of endpoints are known at the deployment only: the plan function’s environment has no room for more. Give the names of hosts that are known, such as those of their certificates.`,
        );
      return place;
    });
  }
}
