import { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';

/** How long a service may be silent; milliseconds. */
export interface Patience {
  /** Until there is a connection. */
  readonly connection: number;
  /** Until there is an answer, and then between two pieces of it. */
  readonly answer: number;
}

export interface Clients {
  readonly rekognition: RekognitionClient;
  readonly lookoutVision: LookoutVisionClient;
  readonly s3: S3Client;
}

/** Less than a minute in all. The largest body that is sent, 10 MiB of changes, takes a second or two. */
const PATIENCE: Patience = { connection: 5_000, answer: 45_000 };

/**
 * The clients of the handler. Each call is made once: a refused one is tried again in one place, which knows the deadline. A call
 * that falls silent ends as a TimeoutError, and so does the body of its answer.
 */
export function makeClients({ connection, answer }: Patience = PATIENCE): Clients {
  const config = {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connection, requestTimeout: answer, throwOnRequestTimeout: true, socketTimeout: answer },
  };
  const clients = {
    rekognition: new RekognitionClient(config),
    lookoutVision: new LookoutVisionClient(config),
    s3: new S3Client({ ...config, followRegionRedirects: true }),
  };
  for (const { middlewareStack } of Object.values(clients) as { middlewareStack: AnyStack }[]) {
    middlewareStack.addRelativeTo(secondsToWait, { name: 'secondsToWait', relation: 'after', toMiddleware: 'deserializerMiddleware' });
  }
  return clients;
}

interface AnyStack {
  addRelativeTo(middleware: Middleware, where: { name: string; relation: 'after'; toMiddleware: string }): void;
}
type Answer = { readonly response: { readonly headers: Record<string, string> } };
type Middleware = (next: (args: object) => Promise<Answer>) => (args: object) => Promise<Answer>;

/** `Retry-After` may be a date. For Lookout's client, which reads nothing but seconds, it would hide the error that it comes with. */
const secondsToWait: Middleware = (next) => async (args) => {
  const answer = await next(args);
  const { headers } = answer.response;
  const after = headers['retry-after'];
  if (after && !/^\d{1,9}$/u.test(after)) headers['retry-after'] = String(Math.max(0, Math.ceil((Date.parse(after) - Date.now()) / 1000)) || 0);
  return answer;
};
