/** HTTP: the endpoint's own `accepts` and `rejects` give the meaning of its answers. */
import { curlLine } from './curl.ts';
import { http1 } from './http1.ts';
import { http2 } from './http2.ts';
import { protocol } from './record.ts';

export const http = protocol({
  name: 'http',
  schemes: { https: 443 },
  // `http` is the request, and every endpoint's: gRPC sends its headers too.
  fields: () => ({}),
  resolve: ({ http: request }) => ({ kind: 'http', version: request?.version ?? 1 }),
  speak: ({ version }, request) => (version === 2 ? http2(request) : http1(request)),
  spoken: false,
  alike: 'text',
  closesFor: null,
  starttls: null,
  namesServerTwice: true,
  carriesHeaders: true,
  reproduce: (_settings, check, endpoint, way) => curlLine(check, endpoint, way),
});
