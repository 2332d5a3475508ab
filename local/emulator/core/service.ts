import type { IncomingHttpHeaders } from 'node:http';
import type { ApiModel } from './api-model';
import type { S3Reader } from './s3-reader';

/** What every emulated service is given. */
export interface ServiceConfig {
  readonly region: string;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly s3: S3Reader;
}

/** What a refusal carries beside its code and text, where the service has it. */
export interface ErrorDetails {
  /** Further members of the body. */
  readonly members?: Readonly<Record<string, string>>;
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number;
}

/** A refusal the way services refuse: a code and a text. The HTTP status is the service's unless one is given. */
export class ServiceError extends Error {
  constructor(readonly code: string, message: string, readonly status?: number, readonly details: ErrorDetails = {}) {
    super(message);
  }
}

/** What a fault can do inside an operation, as opposed to its answer: see `Effect` in faults.ts. */
export type InnerEffect = 'stale' | 'stuck' | 'fail';

/** What the server must know of an operation. */
export interface OperationTraits {
  /** True when a successful call changes something. */
  readonly write: boolean;
  /** The inner effects that mean something for it. */
  readonly effects: readonly InnerEffect[];
}

/** Inner effects in force for one call. */
export interface Effects {
  /** Answer as before the last write. */
  readonly stale?: boolean;
  /** As long as it answers true, what this call starts does not come to an end. */
  readonly stuck?: () => boolean;
  /** What this call starts ends in failure. */
  readonly fail?: { readonly message: string; readonly code: string };
}

/** What selects an operation. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent: still percent-encoded, without the query. */
  readonly path: string;
  /** What follows the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

/** A decoded request. */
export interface Decoded {
  readonly input: unknown;
  /** The request for the log, large members replaced by their sizes. */
  readonly logged: unknown;
  /** The text of the large member, when there is one. */
  readonly text?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One AWS service on the server: its protocol, its operations and what they keep. */
export interface Service {
  /** Name in faults, settings and the request log. */
  readonly name: string;
  readonly model: ApiModel;
  readonly operations: Readonly<Record<string, OperationTraits>>;
  /** Behaviour that can be changed while it runs: a tree of numbers, booleans and words. */
  readonly settings: object;
  /** Words a setting may take, by its dotted name. */
  readonly settingChoices: Readonly<Record<string, readonly string[]>>;
  /** Code of its own faults. */
  readonly internalError: string;
  /** Name of the operation a request asks for, known or not; undefined when the request is for another service. */
  operationOf(head: RequestHead): string | undefined;
  /** @throws ServiceError when the request cannot be read or breaks a constraint */
  decode(operation: string, body: Buffer, head: RequestHead): Decoded;
  /** @throws ServiceError */
  execute(operation: string, input: unknown, effects: Effects): Promise<unknown>;
  reply(output: unknown, requestId: string, operation: string): Reply;
  errorReply(error: ServiceError, requestId: string): Reply;
  /** Forgets everything that was made through the operations. */
  reset(): void;
}

/** Times are numbers on the wire: seconds since 1970, with milliseconds behind the point. */
export function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, epochSeconds(item)]));
  return value;
}

/** A decoded request whose changes are lines of text: the log tells their size, and the text apart. */
export function withLoggedChanges(input: object, changes: Buffer): Decoded {
  const text = changes.toString();
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { input, logged: { ...input, Changes: { bytes: changes.length, lines } }, text };
}
