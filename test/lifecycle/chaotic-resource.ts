import { randomUUID } from 'node:crypto';
import { CustomResource, FAILED_CREATE_MARKER } from '../rigs/cloudformation';
import type { Outcome, Properties } from '../rigs/cloudformation';
import type { InMemoryFunctions } from './in-memory-functions';

/** CloudFormation takes its time between an answer and the next request; milliseconds. */
const BETWEEN_REQUESTS = 15_000;

/** A resource whose events are delivered twice, whose requests are cancelled, and whose rollback is tried again when it failed. */
export class ChaoticResource extends CustomResource {
  /** Failures of rollbacks and clean-ups that stayed when all faults were over. */
  readonly stuck: string[] = [];
  /** Somebody else answered for an event that is still at work, and CloudFormation's clean-up did not reach the handler. */
  orphaned = false;
  private readonly strays: Promise<unknown>[] = [];
  private current?: { readonly event: any; readonly take: (outcome: Outcome) => void };

  constructor(private readonly functions: InMemoryFunctions, stackId: string, logicalId: string) {
    super(functions, stackId, logicalId);
  }

  /** The event arrives a second time. */
  deliverAgain(): void {
    const { current } = this;
    if (current) this.strays.push(this.deliver(current.event).then(current.take));
  }

  /** CloudFormation waits no longer. What runs goes on, and its answer counts no more. */
  cancel(): void {
    const { event, take } = this.current ?? {};
    if (event && event.RequestType !== 'Delete') {
      take!({ status: 'FAILED', reason: 'Resource operation cancelled', physicalId: event.PhysicalResourceId ?? `stack-${this.logicalId}-${randomUUID().slice(0, 8)}` });
    }
  }

  /** As if every event, also those whose answers did not count, had come to its end. */
  async rest(): Promise<void> {
    while (this.strays.length > 0) await this.strays.shift();
    await this.functions.rest();
  }

  async deployAndRest(properties: Properties): Promise<Outcome> {
    const outcome = await this.deploy(properties);
    await this.rest();
    return outcome;
  }

  /** Deletes, again when it failed. */
  async destroyAndRest(): Promise<Outcome> {
    const outcome = await this.insist(() => this.destroy());
    await this.rest();
    return outcome;
  }

  protected override async answer(event: any): Promise<Outcome> {
    const outcome = await this.firstAnswer(event);
    this.orphaned = outcome.physicalId === FAILED_CREATE_MARKER && this.strays.length > 0;
    return outcome;
  }

  private firstAnswer(event: any): Promise<Outcome> {
    return new Promise((take) => {
      this.current = { event, take };
      this.strays.push(this.functions.cloud.clock.sleep(BETWEEN_REQUESTS).then(() => this.deliver(event)).then(take));
    });
  }

  protected override async insist(request: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await request();
    if (outcome.status === 'SUCCESS') return outcome;
    await this.rest();
    this.functions.script.end();
    this.functions.cloud.calm();
    const again = await request();
    if (again.status === 'FAILED') this.stuck.push(again.reason!);
    return again;
  }
}
