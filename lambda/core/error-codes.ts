/** What an SDK error means for us, by its name: codes outside the service's model arrive as plain exceptions. */
export interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** The host, if it has never responded. */
  readonly neverAnswered?: string;
  /** The answer that holds it. */
  readonly $response?: { readonly headers: Readonly<Record<string, string>> };
}

/** Throttled: the call had no effect. */
export const THROTTLED = new Set([
  'ThrottlingException', 'ProvisionedThroughputExceededException', 'TooManyRequestsException', 'SlowDown', 'RequestLimitExceeded',
]);

/** May pass soon (another creation ends, a new policy reaches every host) or never: retried for a minute. */
export const MAYBE_PERMANENT = new Set([
  'LimitExceededException', 'ServiceQuotaExceededException', 'AccessDeniedException', 'AccessDenied', 'InvalidS3ObjectException',
]);

/** The state is not the expected one. */
export const STATE_CHANGED = new Set([
  'ResourceInUseException', 'ResourceNotReadyException', 'ResourceAlreadyExistsException', 'ResourceNotFoundException', 'ConflictException',
  'PreconditionFailed', 'ConditionalRequestConflict',
]);

const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE', 'TimeoutError',
]);

/** The answer did not arrive, so the call may have had its effect. A body that is not JSON reaches us as a SyntaxError. */
export function isAmbiguousFailure(error: SdkError): boolean {
  return (error.$metadata?.httpStatusCode ?? 0) >= 500 || NETWORK.has(error.code ?? '') || NETWORK.has(error.name)
    || error.name === 'SyntaxError' || /socket hang up|closed before all data/u.test(error.message);
}
