import type { Objects } from './objects';

/** What every emulated service is given. */
export interface ServiceConfig {
  readonly region: string;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly objects: Objects;
}
