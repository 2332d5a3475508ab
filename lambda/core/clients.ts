/** How long a service may be silent; milliseconds. */
export interface Patience {
  /** Until there is a connection. */
  readonly connection: number;
  /** Until there is an answer, and then between two pieces of it. */
  readonly answer: number;
}

/** The client of the AWS SDK that is of this class, for example `clients(RekognitionClient)`; made when it is first asked for. */
export type Clients = <Client extends object>(type: ClientClass<Client>, options?: object) => Client;
type ClientClass<Client> = new (options: object) => Client;

/** Less than a minute in all. The largest body that is sent, 10 MiB of changes, takes a second or two. */
const PATIENCE: Patience = { connection: 5_000, answer: 45_000 };

/**
 * The clients of the handler. Each call is made once: a refused one is tried again in one place, which knows the deadline. A call
 * that falls silent ends as a TimeoutError, and so does the body of its answer. What a host has not answered that never answered any
 * call of these clients is thrown with its name as `neverAnswered`.
 */
export function makeClients({ connection, answer }: Patience = PATIENCE): Clients {
  const common = {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connection, requestTimeout: answer, throwOnRequestTimeout: true, socketTimeout: answer },
  };
  const middlewares = Object.entries({ secondsToWait, noteHost: noteHost(new Set()) });
  const make = <Client extends object>(type: ClientClass<Client>, options?: object): Client => {
    const client = new type({ ...common, ...options });
    const { middlewareStack } = client as unknown as { middlewareStack: AnyStack };
    for (const [name, middleware] of middlewares) {
      middlewareStack.addRelativeTo(middleware, { name, relation: 'after', toMiddleware: 'deserializerMiddleware' });
    }
    return client;
  };
  const made = new Map<ClientClass<object>, object>();
  return <Client extends object>(type: ClientClass<Client>, options?: object) => {
    const client = (made.get(type) as Client | undefined) ?? make(type, options);
    made.set(type, client);
    return client;
  };
}

interface AnyStack {
  addRelativeTo(middleware: Middleware, where: { name: string; relation: 'after'; toMiddleware: string }): void;
}
interface Call { readonly request: { readonly hostname: string } }
interface Answer { readonly response: { readonly headers: Record<string, string> } }
type Middleware = (next: (call: Call) => Promise<Answer>) => (call: Call) => Promise<Answer>;

function noteHost(answered: Set<string>): Middleware {
  return (next) => async (call) => {
    const { hostname } = call.request;
    try {
      const answer = await next(call);
      answered.add(hostname);
      return answer;
    } catch (error) {
      throw answered.has(hostname) ? error : Object.assign(error as Error, { neverAnswered: hostname });
    }
  };
}

/** `Retry-After` may be a date. For Lookout's client, which reads nothing but seconds, it would hide the error that it comes with. */
const secondsToWait: Middleware = (next) => async (call) => {
  const answer = await next(call);
  const { headers } = answer.response;
  const after = headers['retry-after'];
  if (after && !/^\d{1,9}$/u.test(after)) headers['retry-after'] = String(Math.max(0, Math.ceil((Date.parse(after) - Date.now()) / 1000)) || 0);
  return answer;
};
