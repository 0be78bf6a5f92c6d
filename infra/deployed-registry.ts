/** The registry of one monitor: what its file or object holds, and the endpoints that code adds until the template is made. */
import type { Endpoint, Registry } from '../shared/model/registry.ts';
import type { RegistryDeployment } from '../shared/model/run.ts';
import { parseRegistry } from '../shared/registry/parse.ts';
import { readYaml } from '../shared/registry/read-yaml.ts';
import { DeploymentError } from './deployment-error.ts';
import { type EndpointEntry, PlaceNames, type Places, refusePlaces } from './endpoint-entry.ts';
import {
  deployable,
  type ReadRegistry,
  type RegistrySource,
  type RegistryText,
  registryText,
  validRegistry,
} from './monitor-registry.ts';

type Document = { readonly [field: string]: unknown };

export class DeployedRegistry {
  readonly #names = new PlaceNames();
  readonly #base: RegistryText;
  /** Of the base and the endpoints that the construct was given: without a change the text of the file, with its comments. */
  readonly #read: ReadRegistry;
  readonly #entries: unknown[] = [];
  readonly #added: Endpoint[] = [];
  #document: Document | null = null;

  /** Throws a `DeploymentError` that lists every error. */
  constructor(source: RegistrySource, endpoints: readonly EndpointEntry[]) {
    this.#base = registryText(source);
    refusePlaces(this.#base.text, `The registry ${this.#base.path}`);
    this.#entries.push(...endpoints.map((each) => this.#names.filled(each)));
    const isWritten = typeof source !== 'string' || endpoints.length > 0;
    this.#read = deployable(isWritten ? this.#text() : this.#base);
  }

  get registry(): Registry {
    const { registry } = this.#read;
    return { ...registry, endpoints: [...registry.endpoints, ...this.#added] };
  }

  /** Of patterns in `include` that match no file. */
  get warnings(): readonly string[] {
    return this.#base.warnings ?? [];
  }

  /** What is known at the deployment only, by its place in the text. */
  get places(): Places {
    return this.#names.places;
  }

  /** To be read when the template is made. */
  get deployment(): RegistryDeployment {
    return this.#added.length === 0 ? this.#read.deployment : { ...this.#read.deployment, text: this.#text().text };
  }

  /** Returns the endpoint with its defaults; `accepted` puts it into the registry. Throws a `DeploymentError` that lists every error of the endpoint. */
  resolved(entry: EndpointEntry): { readonly endpoint: Endpoint; readonly accepted: () => void } {
    const name = String(entry?.name);
    if (this.registry.endpoints.some((each) => each.name === name))
      throw new DeploymentError(`The endpoint ${name}: another has this name.`);
    const filled = this.#names.filled(entry);
    const { absolute } = this.#base;
    const parsed = parseRegistry(JSON.stringify({ ...this.#fields(), endpoints: [filled] }), absolute);
    if (!parsed.ok) {
      const lines = parsed.errors.map(({ path, message }) => `${path.replace(/^endpoints\[0\]\.?/, '')}: ${message}`);
      throw new DeploymentError(lines.map((line) => `The endpoint ${name}: ${line}`).join('\n'));
    }
    const [endpoint] = parsed.value.registry.endpoints;
    if (endpoint === undefined) throw new Error('A valid registry has an endpoint.');
    const accepted = () => {
      this.#entries.push(filled);
      this.#added.push(endpoint);
    };
    return { endpoint, accepted };
  }

  /** Returns the whole registry as it will be deployed. Throws a `DeploymentError` for what only all endpoints together show. */
  whole(): Registry {
    return this.#added.length === 0 ? this.#read.registry : validRegistry(this.#text());
  }

  #text(): RegistryText {
    const document = this.#fields();
    const own = Array.isArray(document['endpoints']) ? document['endpoints'] : [];
    const endpoints = [...own.map((each) => this.#names.filled(each)), ...this.#entries];
    const { path, absolute } = this.#base;
    const more = this.#entries.length === 0 ? '' : ` with ${this.#entries.length} endpoints of the code`;
    return { text: JSON.stringify({ ...document, endpoints }, null, 2), path: `${path}${more}`, absolute };
  }

  /** Returns what the base holds. Throws a `DeploymentError` for what is no YAML. */
  #fields(): Document {
    if (this.#document !== null) return this.#document;
    const { text, absolute } = this.#base;
    const source = readYaml(text, absolute);
    const input = source.ok ? source.value.input : null;
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      this.#document = input as Document;
      return this.#document;
    }
    deployable(this.#base);
    throw new DeploymentError(`The registry ${this.#base.path} holds no fields.`);
  }
}
