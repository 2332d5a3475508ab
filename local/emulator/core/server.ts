import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Effect, Faults } from './faults';
import type { RequestLog } from './request-log';
import { ServiceError } from './service';
import type { Reply, RequestHead, Service } from './service';

const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Any well-formed Signature Version 4 header is accepted: who may do what is not emulated. */
const SIGNATURE = /^AWS4-HMAC-SHA256 (?=.*Credential=[^/ ,]+\/\d{8}\/[^/ ,]+\/[^/ ,]+\/aws4_request)(?=.*SignedHeaders=[^ ,]+)(?=.*Signature=[^ ,]+)/;

/** The part all services share: finds the service and operation, signs off the request, lets faults happen, keeps the log. */
export function serviceApp(services: readonly Service[], log: RequestLog, faults: Faults): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(bodyLimit({
    maxSize: MOST_BODY_BYTES,
    onError: (c) => send(c, plainError(new ServiceError('RequestEntityTooLargeException', `The request body is larger than ${MOST_BODY_BYTES} bytes.`, 413))),
  }));
  app.all('*', async (c) => {
    const { incoming, outgoing } = c.env;
    const body = Buffer.from(await c.req.arrayBuffer());
    const [path, query = ''] = splitOnce(incoming.url!, '?');
    const head = { method: c.req.method, path, query, headers: incoming.headers };
    const service = services.find((candidate) => candidate.operationOf(head) !== undefined);
    if (!service) return send(c, plainError(unknownOperation(head.headers['x-amz-target']?.toString() ?? `${head.method} ${head.path}`)));

    const call = new Call(service, service.operationOf(head)!, faults);
    const { reply, end } = await call.answer(body, head);
    log.add(call.record(reply));
    switch (end) {
      case 'cut':
        incoming.socket.destroy();
        return new Response(null);
      case 'silence':
        if (reply) writeHalf(outgoing, reply);
        faults.onClear(() => incoming.socket.destroy());
        return RESPONSE_ALREADY_SENT;
      default:
        return send(c, reply!);
    }
  });
  // A body that broke off: also this answer is JSON, should anybody still read it.
  app.onError((error, c) => send(c, plainError(new ServiceError('InternalServerError', error.message, 500))));
  return app;
}

/** What the client gets: an answer, or half of it, or none; then the connection is cut or falls silent, or all is well. */
interface Ending {
  readonly reply?: Reply;
  readonly end?: 'cut' | 'silence';
}

/** One request on its way through. */
class Call {
  private readonly id = randomUUID();
  private readonly time = new Date().toISOString();
  private readonly started = performance.now();
  private request: unknown;
  private text?: string;
  private effect?: Effect;
  private error?: ServiceError;

  constructor(private readonly service: Service, private readonly operation: string, private readonly faults: Faults) {}

  async answer(body: Buffer, head: RequestHead): Promise<Ending> {
    const ending = await this.ending(body, head);
    return this.effect?.kind === 'stall' ? { ...ending, end: 'silence' } : ending;
  }

  private async ending(body: Buffer, head: RequestHead): Promise<Ending> {
    try {
      return { reply: this.service.reply(await this.perform(body, head), this.id, this.operation) };
    } catch (error) {
      if (error instanceof Lost) return error.ending;
      if (!(error instanceof ServiceError)) console.error(error);
      this.error = error instanceof ServiceError ? error : new ServiceError(this.service.internalError, 'Internal server error', 500);
      return { reply: this.service.errorReply(this.error, this.id) };
    }
  }

  record(reply: Reply | undefined) {
    const { service, operation, effect, error } = this;
    return {
      id: this.id,
      time: this.time,
      service: service.name,
      operation,
      write: Object.hasOwn(service.operations, operation) && service.operations[operation].write,
      status: reply?.status ?? 0,
      ...(error && { errorCode: error.code }),
      ...(effect && { fault: effect.kind }),
      request: this.request,
      ...(this.text !== undefined && { text: this.text }),
      durationMs: Math.round((performance.now() - this.started) * 100) / 100,
    };
  }

  private async perform(body: Buffer, head: RequestHead): Promise<unknown> {
    const { authorization } = head.headers;
    const { service, operation } = this;
    if (!Object.hasOwn(service.operations, operation)) throw unknownOperation(operation);
    if (!authorization) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (!SIGNATURE.test(authorization)) {
      throw new ServiceError('IncompleteSignatureException', 'Authorization header must be AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.');
    }
    const { input, logged, text } = service.decode(operation, body, head);
    this.request = logged;
    this.text = text;

    const effect = this.effect = this.faults.next(service.name, operation);
    const loses = effect && 'after' in effect && effect.after;
    if (effect && !loses) this.strike(effect);
    try {
      return await service.execute(operation, input, this.faults.inner(effect));
    } catch (error) {
      throw declared(service, operation, error);
    } finally {
      if (loses) this.strike(effect);
    }
  }

  /** Makes the answer of a fault; effects that happen inside the operation make none. */
  private strike(effect: Effect): void {
    if (effect.kind === 'error') {
      throw new ServiceError(effect.code, effect.message ?? '', effect.status, { retryAfter: effect.retryAfter });
    }
    if (effect.kind === 'html') throw new Lost({ reply: htmlPage(effect.status ?? 503) });
    if (effect.kind === 'drop') throw new Lost({ end: 'cut' });
    if (effect.kind === 'silent') throw new Lost({ end: 'silence' });
  }
}

/** Thrown when the client gets no answer of the service: another page, or none at all. */
class Lost extends Error {
  constructor(readonly ending: Ending) { super(); }
}

/** A refusal that the model does not have for an operation is a defect of the emulator. */
function declared({ model }: Service, operation: string, error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.code === 'ValidationException') return error;
  if (model.operations[operation].errors.some(({ shape }) => shape === error.code)) return error;
  return new Error(`${operation} does not declare ${error.code}: ${error.message}`);
}

function htmlPage(status: number): Reply {
  return { status, headers: { 'content-type': 'text/html' }, body: `<html><body><h1>${status} Service Unavailable</h1></body></html>` };
}

function unknownOperation(name: string): ServiceError {
  return new ServiceError('UnknownOperationException', `There is no operation ${name} here.`);
}

/** A refusal before it is known which service would refuse. */
function plainError({ code, message, status = 400 }: ServiceError): Reply {
  const body = JSON.stringify({ __type: code, message });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code, 'x-amzn-requestid': randomUUID() }, body };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function writeHalf(outgoing: HttpBindings['outgoing'], { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.write(bytes.subarray(0, bytes.length / 2));
}

function send(c: Context, { status, headers, body }: Reply): Response {
  return c.body(body, status as 200, { ...headers });
}
