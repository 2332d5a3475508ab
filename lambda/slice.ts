import { DeployError, SliceOver } from './errors';

/** Time as the handler sees it; a test brings its own. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * The time that one poll of a run may use. It stops before Lambda would, and the whole run stops before
 * CloudFormation would, so that the message says how far the run got.
 */
export class Slice {
  /** The last time a service turned us away; said when time runs out. */
  refusal?: string;

  /** @param waitUntil waiting beyond this is left to the next poll; work may go on until `stopAt`. Epoch milliseconds. */
  constructor(
    private readonly clock: Clock,
    private readonly waitUntil: number,
    private readonly stopAt: number,
    readonly deadline: number,
  ) {}

  now(): number {
    return this.clock.now();
  }

  /** Waits, or ends the slice where the wait would outlast it. */
  async pause(milliseconds: number): Promise<void> {
    if (this.now() + milliseconds > Math.min(this.waitUntil, this.stopAt)) throw new SliceOver('waiting goes on at the next poll');
    await this.clock.sleep(milliseconds);
    this.check();
  }

  /** To be called inside long work. */
  check(): void {
    if (this.now() >= this.deadline) throw new DeadlinePassed(this.refusal);
    if (this.now() >= this.stopAt) throw new SliceOver('work goes on at the next poll');
  }
}

/** Caught where it is known how far the run got. */
export class DeadlinePassed extends DeployError {
  constructor(refusal = 'the service was busy') {
    super(`not finished in time: ${refusal}. Deploy again.`);
  }
}
