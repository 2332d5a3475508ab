import { setTimeout as wait } from 'node:timers/promises';

/** Time as a run sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws AbortError when the signal comes first */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = { now: Date.now, sleep: (ms, signal) => wait(ms, undefined, { signal }) };
