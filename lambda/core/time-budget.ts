import { DeployError, TimeSliceExceeded } from './errors';

/** Time as the handler sees it; a test brings its own. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** How long a host that has never responded is called before it counts as unreachable; milliseconds. */
const OUT_OF_REACH = 180_000;

/**
 * The time that one poll of a run may use. It stops before Lambda would, and the whole run stops before
 * CloudFormation would, so that the message says how far the run got.
 */
export class TimeBudget {
  /** The last time a service turned us away; said when time runs out. */
  lastError?: string;
  /** How many calls were rejected or lost their response, by operation. */
  readonly refused: Record<string, number> = {};
  /** An earlier poll has reached every host that it needed. */
  hasReachedAll = false;
  /** When each host that has never responded was called first; epoch milliseconds. */
  private readonly inVain = new Map<string, number>();

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

  refuse(operation: string, code: string): void {
    this.lastError = `${operation} was answered with ${code}`;
    this.refused[operation] = (this.refused[operation] ?? 0) + 1;
  }

  /**
   * Whether a host that has never answered has been called for so long that there is no way to it.
   *
   * @param began when the call in question was made first
   */
  isOutOfReach(host: string, began: number): boolean {
    const since = this.inVain.get(host) ?? began;
    this.inVain.set(host, since);
    return !this.hasReachedAll && this.now() >= since + OUT_OF_REACH;
  }

  /**
   * Waits, or ends the poll where the wait would outlast it.
   *
   * @param isHeld the wait may use the time that is meant for work: what it finds out would have to begin again at the next poll
   */
  async pause(milliseconds: number, isHeld = false): Promise<void> {
    const end = isHeld ? this.stopAt : Math.min(this.waitUntil, this.stopAt);
    if (this.now() + milliseconds > end) throw new TimeSliceExceeded('waiting goes on at the next poll');
    await this.clock.sleep(milliseconds);
    this.check();
  }

  /** To be called inside long work. */
  check(): void {
    if (this.now() >= this.deadline) throw new DeadlinePassed(this.lastError);
    if (this.now() >= this.stopAt) throw new TimeSliceExceeded('work goes on at the next poll');
  }
}

/** Caught where it is known how far the run got. */
export class DeadlinePassed extends DeployError {
  constructor(lastError = 'the service was busy') {
    super(`not finished in time: ${lastError}. Deploy again.`);
  }
}
