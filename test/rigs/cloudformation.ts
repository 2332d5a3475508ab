import { randomUUID } from 'node:crypto';
import { WIRE_VERSION } from '../../lib/provider/wire';

/** The two functions of the handler bundle, as the Provider framework calls them. */
export interface HandlerFunctions {
  onEvent(event: any): Promise<any>;
  isComplete(event: any): Promise<any>;
}

export type Properties = Record<string, unknown>;

/** Properties of a dataset, as the constructs give them where nothing else is asked for. */
export function datasetProperties(ProjectArn: string, overrides: Properties = {}): Properties {
  return {
    ServiceToken: 'token', ProjectArn, DatasetType: 'TRAIN', RemovedEntries: 'RECREATE', InitialLoad: 'MANIFEST', AdoptExisting: 'false',
    MaxErrorEntries: '0', ...overrides,
  };
}

export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason?: string;
  readonly physicalId: string;
  readonly data?: Record<string, any>;
}

/** The id that the framework answers with when onEvent throws on Create; its Delete never reaches the handler. */
export const FAILED_CREATE_MARKER = 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED';

/**
 * One custom resource of a stack, driven in the order of events that CloudFormation and the Provider framework keep:
 * the same event at every poll, extra fields of onEvent added, a throw is FAILED, a failed Create is followed by
 * Delete, a failed Update by an Update with the old properties, a changed id by a Delete of the old one.
 */
export class CustomResource {
  physicalId?: string;
  properties?: Properties;
  /** Whether the id that a failed Update answered with is dropped, so that no Delete follows for it. */
  forgetsFailedIds = false;

  constructor(
    protected readonly handler: HandlerFunctions,
    readonly stackId: string,
    readonly logicalId: string,
    private readonly resourceType = 'Custom::RekognitionDataset',
  ) {}

  /** Create or update, with the rollback that follows a failure. */
  async deploy(properties: Properties): Promise<Outcome> {
    return this.properties === undefined ? this.create(properties) : this.update(properties);
  }

  async destroy(): Promise<Outcome> {
    const outcome = await this.remove(this.physicalId!, this.properties!);
    if (outcome.status === 'SUCCESS') this.properties = this.physicalId = undefined;
    return outcome;
  }

  private async create(properties: Properties): Promise<Outcome> {
    const outcome = await this.request({ RequestType: 'Create', ResourceProperties: properties });
    if (outcome.status === 'SUCCESS') {
      this.physicalId = outcome.physicalId;
      this.properties = properties;
    } else if (outcome.physicalId !== FAILED_CREATE_MARKER) {
      await this.insist(() => this.remove(outcome.physicalId, properties));
    }
    return outcome;
  }

  private async update(properties: Properties): Promise<Outcome> {
    const old = this.properties!;
    const oldId = this.physicalId!;
    const outcome = await this.request({
      RequestType: 'Update', ResourceProperties: properties, OldResourceProperties: old, PhysicalResourceId: oldId,
    });
    if (outcome.status === 'SUCCESS') {
      this.physicalId = outcome.physicalId;
      this.properties = properties;
      if (outcome.physicalId !== oldId) await this.insist(() => this.remove(oldId, old));
      return outcome;
    }
    const failedId = this.forgetsFailedIds ? oldId : outcome.physicalId;
    const rollback = await this.insist(() => this.request({
      RequestType: 'Update', ResourceProperties: old, OldResourceProperties: properties, PhysicalResourceId: failedId,
    }));
    if (rollback.physicalId !== failedId) await this.insist(() => this.remove(failedId, properties));
    this.physicalId = rollback.physicalId;
    return outcome;
  }

  remove(physicalId: string, properties: Properties): Promise<Outcome> {
    return this.request({ RequestType: 'Delete', ResourceProperties: properties, PhysicalResourceId: physicalId });
  }

  /** One request, from the event to the answer. */
  request(fields: Record<string, unknown>): Promise<Outcome> {
    const { ResourceProperties, OldResourceProperties } = fields as { ResourceProperties: Properties; OldResourceProperties?: Properties };
    return this.answer(roundTrip({
      RequestId: randomUUID(),
      StackId: this.stackId,
      LogicalResourceId: this.logicalId,
      ResourceType: this.resourceType,
      ResponseURL: 'https://never.log.this/secret-response-url',
      ServiceToken: 'token',
      ...fields,
      ResourceProperties: { WireVersion: WIRE_VERSION, ...ResourceProperties },
      ...(OldResourceProperties && { OldResourceProperties: { WireVersion: WIRE_VERSION, ...OldResourceProperties } }),
    }));
  }

  /** The answer that CloudFormation takes. */
  protected answer(event: any): Promise<Outcome> {
    return this.deliver(event);
  }

  /** One delivery of an event: onEvent, then polls until the end. */
  protected async deliver(event: any): Promise<Outcome> {
    let physicalId = event.PhysicalResourceId as string | undefined;
    try {
      const started = roundTrip(await this.handler.onEvent(event));
      physicalId = started.PhysicalResourceId ?? physicalId ?? event.RequestId;
      const polled = { ...event, ...started, PhysicalResourceId: physicalId };
      for (;;) {
        const { IsComplete, Data } = roundTrip(await this.handler.isComplete(roundTrip(polled)));
        if (IsComplete) return { status: 'SUCCESS', physicalId: physicalId!, data: { ...started.Data, ...Data } };
      }
    } catch (error) {
      return { status: 'FAILED', reason: (error as Error).message, physicalId: physicalId ?? FAILED_CREATE_MARKER };
    }
  }

  /** A request whose failure leaves the stack stuck. */
  protected async insist(request: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await request();
    if (outcome.status === 'FAILED') throw new Error(`the stack is stuck: ${outcome.reason}`);
    return outcome;
  }
}

function roundTrip<T>(value: T): any {
  return JSON.parse(JSON.stringify(value));
}
