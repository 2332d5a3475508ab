import { retryDelay } from './backoff';
import { ConflictError, OutOfReach, ServiceError } from './errors';
import { log } from './log';
import { TimeBudget } from './time-budget';

/** What an SDK error means for us, by its name: codes outside the service's model arrive as plain exceptions. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** The host, if it has never responded. */
  readonly neverAnswered?: string;
  /** The answer that holds it. */
  readonly $response?: { readonly headers: Readonly<Record<string, string>> };
}

/** Throttled: the call had no effect. */
const THROTTLED = new Set([
  'ThrottlingException', 'ProvisionedThroughputExceededException', 'TooManyRequestsException', 'SlowDown', 'RequestLimitExceeded',
]);

/** May pass soon (another creation ends, a new policy reaches every host) or never: retried for a minute. */
const MAYBE_PERMANENT = new Set([
  'LimitExceededException', 'ServiceQuotaExceededException', 'AccessDeniedException', 'AccessDenied', 'InvalidS3ObjectException',
]);
const MAYBE_PERMANENT_ATTEMPTS = 8;

/** The state is not the expected one. */
const STATE_CHANGED = new Set([
  'ResourceInUseException', 'ResourceNotReadyException', 'ResourceAlreadyExistsException', 'ResourceNotFoundException', 'ConflictException',
  'PreconditionFailed', 'ConditionalRequestConflict',
]);

const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE', 'TimeoutError',
]);

/**
 * Calls the service until it responds. A write is not repeated blindly: ConflictError makes the caller observe first, because a lost
 * response leaves open what the write did, and after a rejection another operation may hold the lease. Time is checked before a
 * repetition only, so that an operation that has run out of it can still find out how far it got and record that.
 *
 * @throws ConflictError, or ServiceError with the service's code; OutOfReach where there is no way to the service
 */
export async function call<T>(budget: TimeBudget, operation: string, isWrite: boolean, send: () => Promise<T>): Promise<T> {
  const began = budget.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (thrown) {
      const error = thrown as SdkError;
      const { name, message, neverAnswered } = error;
      if (STATE_CHANGED.has(name)) throw new ConflictError(operation, name);
      const lost = isAmbiguousFailure(error);
      const patience = lost || THROTTLED.has(name) ? Infinity : MAYBE_PERMANENT.has(name) ? MAYBE_PERMANENT_ATTEMPTS : 0;
      if (attempt >= patience) throw new ServiceError(operation, name, message);
      budget.refuse(operation, name);
      const isUnknown = neverAnswered !== undefined;
      if (isUnknown && budget.isOutOfReach(neverAnswered, began)) throw new OutOfReach(operation, neverAnswered, error.code ?? name);
      log('call refused, trying again', { operation, error: name, reason: message, attempt: attempt + 1 });
      await budget.pause(Math.max(retryDelay(attempt), secondsToWait(error) * 1000), isUnknown);
      if (isWrite && (lost || THROTTLED.has(name))) throw new ConflictError(operation, name);
    }
  }
}

/** What the service asks for; 0 where it asks for nothing. */
function secondsToWait({ $response }: SdkError): number {
  return Number($response?.headers?.['retry-after'] ?? 0);
}

/** The answer did not arrive, so the call may have had its effect. A body that is not JSON reaches us as a SyntaxError. */
export function isAmbiguousFailure(error: SdkError): boolean {
  return (error.$metadata?.httpStatusCode ?? 0) >= 500 || NETWORK.has(error.code ?? '') || NETWORK.has(error.name)
    || error.name === 'SyntaxError' || /socket hang up|closed before all data/u.test(error.message);
}
