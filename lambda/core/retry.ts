import { retryDelay } from './backoff';
import { isAmbiguousFailure, MAYBE_PERMANENT, STATE_CHANGED, THROTTLED } from './error-codes';
import type { SdkError } from './error-codes';
import { ConflictError, OutOfReach, ServiceError } from './errors';
import { log } from './log';
import type { TimeBudget } from './time-budget';

const MAYBE_PERMANENT_ATTEMPTS = 8;

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
