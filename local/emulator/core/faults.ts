import type { Effects, Service } from './service';

/**
 * What happens to a call.
 *
 * - `error`: refused with a code (any modelled exception, or any code with a status), with the service's status unless given;
 *   `retryAfter` (seconds) is its header Retry-After, where the service has one
 * - `html`: an HTML page instead of JSON, status 503 unless given, as a load balancer answers
 * - `drop`: the connection is cut without an answer
 * - `silent`: no answer comes, and the connection stays open until the client gives up or the faults are cleared
 * - `stall`: the call takes effect, and of its answer come the head and the first half of the body; the rest is as silent
 * - `stale`: a describe answers as before the last write
 * - `stuck`: what the call starts stays in progress until the faults are cleared
 * - `fail`: what the call starts ends in a failed status with this message; `code` is the StatusMessageCode, where the service
 *   has one, default CLIENT_ERROR
 *
 * With `after: true` the answer is lost although the call took effect; otherwise it takes none.
 */
export type Effect =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number; readonly retryAfter?: number; readonly after?: boolean }
  | { readonly kind: 'html'; readonly status?: number; readonly after?: boolean }
  | { readonly kind: 'drop'; readonly after?: boolean }
  | { readonly kind: 'silent'; readonly after?: boolean }
  | { readonly kind: 'stall' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'fail'; readonly message: string; readonly code?: string };

/** An effect on the next calls of one operation. */
export type Fault = Effect & {
  /** Name of the operation, such as `UpdateDatasetEntries`. */
  readonly operation: string;
  /** Name of the service; without it, the calls of every service that has an operation of that name. */
  readonly service?: string;
  /** How many calls it meets, default 1. */
  readonly times?: number;
};

/** What each kind of fault is told, beside what all are. */
export const FAULT_MEMBERS: Record<Effect['kind'], Record<string, 'string' | 'number' | 'boolean'>> = {
  error: { code: 'string', message: 'string', status: 'number', retryAfter: 'number', after: 'boolean' },
  html: { status: 'number', after: 'boolean' },
  drop: { after: 'boolean' },
  silent: { after: 'boolean' },
  stall: {},
  stale: {},
  stuck: {},
  fail: { message: 'string', code: 'string' },
};
const REQUIRED: Partial<Record<Effect['kind'], string>> = { error: 'code', fail: 'message' };

/** The faults that wait for their calls, first in, first out. */
export class Faults {
  private waiting: { fault: Fault; left: number }[] = [];
  /** Goes up with every clear, which frees what is stuck. */
  private generation = 0;
  private clearing = new AbortController();

  constructor(private readonly services: readonly Service[]) {}

  /** @throws Error with a sentence when the fault names no operation here or means nothing for it */
  add(fault: Fault): void {
    this.check(fault);
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Faults with calls left to meet; `times` is what is left. */
  list(): Fault[] {
    return this.waiting.map(({ fault, left }) => ({ ...fault, times: left }));
  }

  /** Forgets all of them and frees what is stuck. */
  clear(): void {
    this.waiting = [];
    this.generation++;
    this.clearing.abort();
    this.clearing = new AbortController();
  }

  /** Does this when the faults are cleared the next time. */
  onClear(action: () => void): void {
    this.clearing.signal.addEventListener('abort', action, { once: true });
  }

  /** The effect on this call, if there is one; counts it. */
  next(service: string, operation: string): Effect | undefined {
    const found = this.waiting.find(({ fault }) => fault.operation === operation && (fault.service ?? service) === service);
    if (!found) return undefined;
    if (--found.left === 0) this.waiting.splice(this.waiting.indexOf(found), 1);
    return found.fault;
  }

  /** The part of an effect that happens inside the operation. */
  inner(effect: Effect | undefined): Effects {
    const born = this.generation;
    switch (effect?.kind) {
      case 'stale': return { stale: true };
      case 'stuck': return { stuck: () => this.generation === born };
      case 'fail': return { fail: { message: effect.message, code: effect.code ?? 'CLIENT_ERROR' } };
      default: return {};
    }
  }

  private check(fault: Fault): void {
    if (!Object.hasOwn(FAULT_MEMBERS, fault.kind)) throw new Error(`kind '${fault.kind}' is not one of ${Object.keys(FAULT_MEMBERS).join(', ')}`);
    const required = REQUIRED[fault.kind];
    if (required && !(required in fault)) throw new Error(`a fault of kind '${fault.kind}' needs '${required}'`);
    const known: Record<string, string> = { ...FAULT_MEMBERS[fault.kind], kind: 'string', operation: 'string', service: 'string', times: 'number' };
    for (const [name, value] of Object.entries(fault)) {
      if (!Object.hasOwn(known, name)) throw new Error(`a fault of kind '${fault.kind}' has no '${name}'; it has ${Object.keys(known).join(', ')}`);
      if (typeof value !== known[name]) throw new Error(`'${name}' of a fault must be a ${known[name]}`);
    }
    if (fault.times !== undefined && !(Number.isInteger(fault.times) && fault.times > 0)) {
      throw new Error(`'times' of a fault must be a whole number above 0, not ${fault.times}`);
    }
    const services = this.services.filter(({ name, operations }) =>
      (fault.service ?? name) === name && Object.hasOwn(operations, fault.operation));
    if (services.length === 0) throw new Error(`no service here has the operation '${fault.operation}'`);
    const { kind } = fault;
    if ((kind === 'stale' || kind === 'stuck' || kind === 'fail')
      && !services.every(({ operations }) => operations[fault.operation].effects.includes(kind))) {
      throw new Error(`a fault of kind '${kind}' means nothing for ${fault.operation}`);
    }
  }
}
