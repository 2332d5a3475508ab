import { STALE_FOR } from './cloud';
import type { Cloud } from './cloud';

/**
 * What can go wrong at one call. Faults that the adapters wait out by themselves (a lost answer of a call that
 * only reads or that may be repeated) show here as what is left of them: time.
 */
export type Fault =
  /** The function ends there; `crash` says whether the framework makes a FAILED answer of it or the same poll is invoked again. */
  | { readonly do: 'kill'; readonly after: boolean; readonly crash: boolean }
  /** The answer does not arrive: the connection breaks, or stays open and silent until the client gives up. */
  | { readonly do: 'lose' | 'silence'; readonly after: boolean }
  | { readonly do: 'busy' }
  | { readonly do: 'refuse' }
  /** Every call is turned away for a while; the object store's for five minutes at most. */
  | { readonly do: 'throttle'; readonly seconds: number }
  /** Every call is turned away until nobody waits any more. */
  | { readonly do: 'outage' }
  /** The next creation or update ends in …_FAILED, with half of its lines applied, or never. */
  | { readonly do: 'fail' | 'fail half' | 'stick' }
  /** The next creation or update silently drops its last line, or finds an error in it. */
  | { readonly do: 'drop' | 'flaw' }
  | { readonly do: 'stale' }
  /** Statistics show what they were before the last change, for a while. */
  | { readonly do: 'lag'; readonly seconds: number }
  /** LastUpdatedTimestamp of every dataset moves although nothing has changed, or goes back. */
  | { readonly do: 'touch' | 'clock back' }
  /** Pages of listings take minutes, so that a listing outlasts the time of one function. */
  | { readonly do: 'slow pages' }
  /** A body that is being read breaks off. */
  | { readonly do: 'cut' }
  /** Something else happens in the world first. */
  | { readonly do: 'meanwhile'; readonly what: string; readonly run: () => void };

/** Faults of one operation, by the number of the call they strike. */
export class Script {
  calls = 0;
  /** Operations in the order they were called. */
  readonly log: string[] = [];
  /** Those that struck. */
  readonly struck: Fault[] = [];

  constructor(private faults: ReadonlyMap<number, Fault> = new Map()) {}

  next(operation: string): Fault | undefined {
    this.log.push(operation);
    const fault = this.faults.get(this.calls++);
    if (fault) this.struck.push(fault);
    return fault;
  }

  /** No more of them. */
  end(): void {
    this.faults = new Map();
  }
}

/** One invocation of a function: it can be killed, and then does nothing more. */
export class Invocation {
  private dead?: Killed;
  private tellDeath!: (killed: Killed) => void;
  private readonly death = new Promise<Killed>((resolve) => { this.tellDeath = resolve; });

  kill(crash: boolean): void {
    this.dead ??= new Killed(crash);
    this.tellDeath(this.dead);
  }

  /** @throws Killed */
  run<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.death.then((killed) => { throw killed; })]);
  }

  /** Goes no further when the function has ended. */
  async alive(): Promise<void> {
    if (this.dead) await new Promise(() => undefined);
  }
}

export class Killed extends Error {
  constructor(readonly crash: boolean) {
    super('RequestId: 1 Error: Runtime exited without providing a reason');
  }
}

/** Applies the fault to the world; what is left for the caller is told by the gate. */
export function disturb(cloud: Cloud, fault: Fault): void {
  if (fault.do === 'fail') cloud.nextEnd = { fail: 'the service has a bad day' };
  if (fault.do === 'fail half') cloud.nextEnd = { fail: 'the service has a bad day', half: true };
  if (fault.do === 'stick') cloud.nextEnd = 'never';
  if (fault.do === 'drop') cloud.nextEnd = 'drop the last line';
  if (fault.do === 'flaw') cloud.nextEnd = 'flaw the last line';
  if (fault.do === 'lag') cloud.laggingUntil = cloud.clock.now() + fault.seconds * 1000;
  if (fault.do === 'touch') for (const dataset of cloud.datasets) dataset.lastUpdated = cloud.clock.now();
  if (fault.do === 'clock back') for (const dataset of cloud.datasets) dataset.lastUpdated -= 3_600_000;
  if (fault.do === 'slow pages') cloud.pageTime = 400_000;
  if (fault.do === 'outage') cloud.throttled = { service: Infinity, objects: Infinity };
  if (fault.do === 'throttle') {
    const now = cloud.clock.now();
    cloud.throttled = { service: now + fault.seconds * 1000, objects: now + Math.min(fault.seconds, 300) * 1000 };
  }
  if (fault.do === 'stale') cloud.staleUntil = cloud.clock.now() + STALE_FOR;
  if (fault.do === 'meanwhile') fault.run();
}
