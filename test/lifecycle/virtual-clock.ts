import type { Clock } from '../../lambda/core/time-budget';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/**
 * Time that passes only while everybody sleeps: hours go by in milliseconds. Sleepers wake one at a time, the earliest
 * first and those of the same moment in the order they fell asleep, so that a run with the same random numbers is the same run.
 */
export class VirtualClock implements Clock {
  private time = Date.UTC(2026, 0, 5, 9);
  private readonly sleepers: Sleeper[] = [];
  private turning = false;

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      const wakeAt = this.time + Math.max(0, milliseconds);
      let at = this.sleepers.length;
      while (at > 0 && this.sleepers[at - 1].wakeAt > wakeAt) at--;
      this.sleepers.splice(at, 0, { wakeAt, wake });
      this.turn();
    });
  }

  /** Wakes the next sleeper when everything that is awake has come to rest. */
  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    setImmediate(() => {
      this.turning = false;
      const next = this.sleepers.shift();
      if (!next) return;
      this.time = next.wakeAt;
      next.wake();
      if (this.sleepers.length > 0) this.turn();
    });
  }
}
