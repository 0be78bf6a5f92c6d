/** An export of a configuration that is made of parts, each about one thing, so that one part can be damaged beside another. */
import type { ReaderName } from '../../../shared/model/claim.ts';

export type Json = Readonly<Record<string, unknown>>;
export type NamedPart = readonly [name: string, part: Json];
/** `part`: what the source says of the thing of that name. `whole`: the documents of a source that hold the parts. */
export type Export = {
  readonly reader: ReaderName;
  readonly what: string;
  readonly part: (name: string) => Json;
  readonly whole: (parts: readonly NamedPart[]) => readonly unknown[];
};

/** The parts’ objects that have the key; what is dropped is none. */
export const listed = (parts: readonly NamedPart[], key: string): readonly unknown[] =>
  parts.flatMap(([, part]) => (key in part ? [part[key]] : []));
export const named = (parts: readonly NamedPart[], key: string): Json =>
  Object.fromEntries(parts.flatMap(([name, part]) => (key in part ? [[name, part[key]]] : [])));

/** In the namespace of its own name. */
export const object = (apiVersion: string, kind: string, name: string, more: Json): Json => ({
  ...{ apiVersion, kind, metadata: { name, namespace: name, labels: { team: name } } },
  ...more,
});
export const service = (name: string): Json =>
  object('v1', 'Service', name, {
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 8443, targetPort: 8443 }] },
  });
/** Parts that are maps of objects of Kubernetes. */
export const kubernetes = (reader: ReaderName, what: string, part: Export['part']): Export => ({
  ...{ reader, what, part },
  whole: (parts) => [{ apiVersion: 'v1', kind: 'List', items: parts.flatMap(([, objects]) => Object.values(objects)) }],
});

/** Made by `openssl req -x509 -subj '/CN=Payments CA'`; its key was thrown away. */
export const CA =
  'MIIBgjCCASegAwIBAgIUeWoLwz82t9cbpC/EZ8Kqv/g2yfQwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLUGF5bWVudHMgQ0EwHhcNMjYxMjAxMTc1OTI0WhcNMzYxMTI4MTc1OTI0WjAWMRQwEgYDVQQDDAtQYXltZW50cyBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDFLfsSmiZePJxW1e0HLoZWurplSUFVc6JMNnH3w+W/PzJpYYeqbrxOBn/Mhd6yAHqIJSfTNcw46RucPRfwW2F6jUzBRMB0GA1UdDgQWBBSrkbEIMaRzWCFKI4pT7L/14hY/nDAfBgNVHSMEGDAWgBSrkbEIMaRzWCFKI4pT7L/14hY/nDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCLEMZ7xeDr7UrBg7l3cHpdJKB1A30u23/w9eHYZlnbqwIhALYVSvA0eCUwGUUHPS9mPXReKyyE9sSgTzjEgeWsgVuF';
export const PEM = `-----BEGIN CERTIFICATE-----\n${CA}\n-----END CERTIFICATE-----\n`;
