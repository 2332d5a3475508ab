import { toReason } from '../../lambda/core/errors';
import { TimeBudget } from '../../lambda/core/time-budget';
import { begin, resume } from '../../lambda/dataset';
import type { Parts } from '../../lambda/dataset/reconcile';
import type { HandlerFunctions } from '../rigs/cloudformation';
import type { Cloud } from './cloud';
import { Invocation, Killed, Script } from './faults';
import { Gate, InMemoryDatasets, InMemoryObjects } from './in-memory-services';
import type { Policies } from './policies';

export const STAGING = 'staging';

/** The figures of lambda/index.ts and of the provider. */
const WAIT_AT_MOST = 240_000;
const FUNCTION_TIMEOUT = 900_000;
const RESERVE = 20_000;
const BETWEEN_POLLS = 5_000;

/** What a deployed function holds. */
export interface HandlerCode { begin: typeof begin; resume: typeof resume }

/** The handler on fakes and virtual time. A killed poll is invoked again, or answered with FAILED, as the fault says. */
export class InMemoryFunctions implements HandlerFunctions {
  /** Polls of all operations so far. */
  polls = 0;
  script = new Script();
  /** The code that is deployed. */
  handler: HandlerCode = { begin, resume };
  /** The code that is deployed when the next events come, one after the other. */
  turns: HandlerCode[] = [];
  /** By stack; a stack without them may do everything. */
  readonly policies = new Map<string, Policies>();
  /** A second poll has asked for another one, or crashed before it cleared up: nobody makes another one. */
  strayUnfinished = false;
  private polled?: any;
  private readonly strays: Promise<unknown>[] = [];

  constructor(readonly cloud: Cloud, public totalTimeout = 3_300_000) {}

  onEvent(event: any): Promise<any> {
    const { script } = this;
    this.handler = this.turns.shift() ?? this.handler;
    return this.invoke(event, script, this.cloud.clock.now() + this.totalTimeout, (parts) => this.handler.begin(event, parts));
  }

  async isComplete(event: any): Promise<any> {
    const { script } = this;
    this.polls++;
    this.polled = event;
    const deadline = Number(event.Deadline ?? Infinity);
    if (this.cloud.clock.now() > deadline + 120_000) throw new Error('Operation timed out');
    const answer = await this.invoke(event, script, deadline, (parts) => this.handler.resume(event, parts));
    if (!answer.IsComplete) await this.cloud.clock.sleep(BETWEEN_POLLS);
    return answer;
  }

  /** Faults of the operation that comes next. */
  begin(script: Script): void {
    this.script = script;
    this.polled = undefined;
  }

  /** The last poll is invoked once more while it still runs. */
  pollAgain(): void {
    const { polled, script } = this;
    if (!polled) return;
    const deadline = Number(polled.Deadline ?? Infinity);
    const stray = this.invoke(polled, script, deadline, (parts) => this.handler.resume(polled, parts));
    const isUnfinished = stray.then(({ IsComplete }) => !IsComplete, (error) => error instanceof Killed);
    this.strays.push(isUnfinished.then((unfinished) => { this.strayUnfinished ||= unfinished; }));
  }

  /** Until nothing runs any more. */
  async rest(): Promise<void> {
    while (this.strays.length > 0) await this.strays.shift();
  }

  private async invoke<T>(
    { StackId }: any, script: Script, deadline: number,
    work: (parts: Parts) => Promise<T>,
  ): Promise<T> {
    const { cloud } = this;
    for (;;) {
      const now = cloud.clock.now();
      const budget = new TimeBudget(cloud.clock, now + WAIT_AT_MOST, now + FUNCTION_TIMEOUT - RESERVE, deadline);
      const invocation = new Invocation();
      const gate = new Gate(cloud, budget, script, invocation, this.policies.get(StackId));
      try {
        return await invocation.run(work({
          connect: () => new InMemoryDatasets(gate), store: new InMemoryObjects(gate), stagingBucket: STAGING, budget,
        }));
      } catch (error) {
        if (!(error instanceof Killed)) throw toReason(error);
        if (error.crash) throw error;
        await cloud.clock.sleep(BETWEEN_POLLS);
      }
    }
  }
}
