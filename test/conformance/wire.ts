import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { Model } from './model';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With the query, sent as it is. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Writes a request with these members, as the protocol of the service has it. */
export function wireRequest(model: Model, operation: string, members: Readonly<Record<string, unknown>>): WireRequest {
  const { protocol, targetPrefix } = model.metadata;
  if (protocol === 'json') {
    const headers = { ...signed('rekognition'), 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefix}.${operation}` };
    return { method: 'POST', path: '/', headers, body: JSON.stringify(members) };
  }
  const { http, input } = model.operations[operation];
  let path = http.requestUri;
  const query: string[] = [];
  const headers: Record<string, string> = signed('lookoutvision');
  const body: Record<string, unknown> = {};
  for (const [name, { location, locationName }] of Object.entries(model.shapes[input.shape].members!)) {
    const value = members[name];
    if (location === 'uri') path = path.replace(`{${locationName}}`, () => encodeURIComponent(value as string));
    else if (location === 'header' && value !== undefined) headers[locationName!] = value as string;
    else if (location === 'querystring') for (const text of [value ?? []].flat()) query.push(`${locationName}=${encodeURIComponent(text as string)}`);
    else if (location === undefined) body[name] = value;
  }
  for (const name of Object.keys(members)) if (!Object.hasOwn(model.shapes[input.shape].members!, name)) body[name] = members[name];
  const full = query.length > 0 ? `${path}?${query.join('&')}` : path;
  if (http.method === 'GET' || http.method === 'DELETE') return { method: http.method, path: full, headers };
  return { method: http.method, path: full, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function signed(service: string): Record<string, string> {
  return { authorization: `AWS4-HMAC-SHA256 Credential=key/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0a` };
}

/** One connection that stays open. */
export class Connection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly port: number) {}

  send({ method, path, headers, body = '' }: WireRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = httpRequest({ agent: this.agent, host: '127.0.0.1', port: this.port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
