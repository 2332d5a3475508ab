import type { Objects } from './s3-reader';

/** What every emulated service is given. */
export interface ServiceConfig {
  readonly region: string;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly objects: Objects;
}
