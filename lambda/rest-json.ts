import { fromEnv } from '@aws-sdk/credential-provider-env';
import { Hash } from '@smithy/hash-node';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** One call as it goes over the wire. */
export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash; its parts need no encoding. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The header X-Amz-Client-Token: calls with the same one take effect once. */
  readonly clientToken?: string;
}

/** What the service refused, in the form that errors of the SDK have. */
class RestError extends Error {
  constructor(override readonly name: string, message: string, httpStatusCode: number, readonly retryAfterSeconds?: number) {
    super(message);
    this.$metadata = { httpStatusCode };
  }

  readonly $metadata: { readonly httpStatusCode: number };
}

/** How long to wait for a connection and for an answer; milliseconds. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 120_000 };

/**
 * Speaks restJson1 to a service that the SDK has no client for any more, with the SDK's own signer and connections. Each call is
 * made once.
 */
export class RestJsonClient {
  private readonly http = new NodeHttpHandler(TIMEOUTS);
  private readonly signer: SignatureV4;

  /**
   * @param service name of the service in signatures
   * @param endpoint URL of the service
   */
  constructor(service: string, region: string, private readonly endpoint: URL) {
    this.signer = new SignatureV4({ service, region, credentials: fromEnv(), sha256: Hash.bind(null, 'sha256') });
  }

  /** @throws Error with the service's exception as its name, or that of a broken connection or answer */
  async send<T>({ method, path, query, body, clientToken }: RestCall): Promise<T> {
    const { protocol, hostname, port, host } = this.endpoint;
    const text = body && JSON.stringify(body);
    const request = new HttpRequest({
      protocol, hostname, port: port === '' ? undefined : Number(port), method, path, query, body: text,
      headers: {
        host,
        ...(text && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
        ...(clientToken && { 'x-amzn-client-token': clientToken }),
      },
    });
    const { response } = await this.http.handle(await this.signer.sign(request) as HttpRequest);
    const parts: Uint8Array[] = [];
    for await (const part of response.body) parts.push(part);
    const answer = Buffer.concat(parts).toString();
    if (response.statusCode >= 300) throw errorOf(response.statusCode, response.headers, answer);
    return JSON.parse(answer || '{}');
  }
}

function errorOf(status: number, headers: Record<string, string>, answer: string): RestError {
  const name = headers['x-amzn-errortype']?.split(':')[0] ?? String(status);
  const retryAfter = Number(headers['retry-after']);
  return new RestError(name, messageOf(answer), status, retryAfter > 0 ? retryAfter : undefined);
}

/** Gateways in front of a service answer with pages instead of JSON. */
function messageOf(answer: string): string {
  try {
    const { Message, message } = JSON.parse(answer);
    return String(Message ?? message);
  } catch {
    return answer.slice(0, 200);
  }
}
