import { onOneLine } from '../../lib/manifest';

/** The state is not the expected one, or a response was lost: observe again before anything else is tried. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  /** @param code the service's, or what broke the connection */
  constructor(operation: string, readonly code: string) {
    super(`${operation} was answered with ${code}`);
  }
}

/** The time of this poll is used up; the next poll continues. */
export class TimeSliceExceeded extends Error {
  override readonly name = 'TimeSliceExceeded';
}

/** The deploy cannot succeed. The message is what CloudFormation shows: one sentence. */
export class DeployError extends Error {
  override readonly name = 'DeployError';

  /** @param ending a sentence that stays where a long message is cut */
  constructor(message: string, readonly ending?: string) {
    super(ending === undefined ? message : `${message} ${ending}`);
  }
}

/** The service refused a call, and repeating it would not help. */
export class ServiceError extends DeployError {
  constructor(operation: string, readonly code: string, reason: string) {
    super(`${operation} failed: ${code}: ${reason}`);
  }
}

/** No call has ever reached the service. */
export class OutOfReach extends ServiceError {
  /** @param because what was received instead of a response */
  constructor(operation: string, host: string, because: string) {
    const endpoint = /(^|\.)s3[.-]/u.test(host) ? 'a gateway endpoint for S3' : 'an interface endpoint for it';
    super(operation, 'OutOfReach', `cannot reach ${host} for three minutes (${because}); if the DatasetProvider has a vpc, add ${endpoint} or a NAT gateway to it`);
  }
}

/** A newer operation on the same resource holds the lease: this one must not write any more. */
export class Superseded extends DeployError {}

/** CloudFormation takes a response of 4,096 bytes in all, and the framework cuts nothing. */
const REASON_BYTES = 950;

/**
 * The error that is handed to the framework: a short message and no stack.
 *
 * @param logGroup where the log is. The framework names a log group after the function below every message, which need not exist.
 */
export function toReason(error: unknown, logGroup?: string): Error {
  const message = error instanceof DeployError
    ? error.message
    : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const ending = error instanceof DeployError && error.ending ? ` ${error.ending}` : '';
  const pointer = ending + (logGroup ? ` The log is in the log group ${logGroup}, not in the one named below.` : '');
  const text = message.slice(0, message.length - ending.length);
  const reason = new Error(cut(onOneLine(text), REASON_BYTES - Buffer.byteLength(pointer)) + pointer);
  reason.stack = reason.message;
  return reason;
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return `${Buffer.from(text).subarray(0, bytes - 3).toString('utf8').replace(/\uFFFD+$/u, '')}…`;
}
