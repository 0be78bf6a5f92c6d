/** Fields with the URL of an endpoint or of a bypass. */
import { z } from 'zod';
import { checked } from '../model/registry-fields.ts';
import { parseBypassUrl, parseEndpointUrl } from '../protocol/endpoint-url.ts';

export const url = (description: string) =>
  checked(z.string('a URL such as https://host:8443/path').max(4096), (value) => {
    const read = parseEndpointUrl(value);
    return typeof read === 'string' ? read : null;
  }).meta({ description });

export const bypassUrl = (description: string) =>
  checked(z.string('a URL such as https://host/path').max(4096), (value) => {
    const read = parseBypassUrl(value);
    return typeof read === 'string' ? read : null;
  }).meta({ description });
