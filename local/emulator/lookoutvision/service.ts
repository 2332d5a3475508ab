import { exceptionOf } from '../core/api-model';
import { withEmptyToken } from '../core/paging';
import { epochSeconds, withLoggedChanges } from '../core/service';
import type { ServiceError } from '../core/service';
import type { Decoded, Effects, Reply, RequestHead, Service, ServiceConfig } from '../core/service';
import { readRequest } from '../core/shapes';
import { Throttle } from '../core/throttle';
import { ClientTokens } from './client-tokens';
import { createDataset, deleteDataset, describeDataset, updateDatasetEntries } from './datasets';
import { datasetConflict, EMULATED_MEMBERS, GATEWAY_STATUSES, invalid, projectConflict, throttled } from './errors';
import { listDatasetEntries } from './listing';
import { MODEL, OPERATIONS } from './operations';
import type { OperationName } from './operations';
import { createProject, deleteProject, describeProject, listProjects } from './projects';
import { membersOf, routeOf } from './rest';
import { defaultSettings, SETTING_CHOICES } from './settings';
import { Store } from './store';
import { listTagsForResource, tagResource, untagResource } from './tags';
import { createModel, deleteModel, describeModel, listModels } from './trained-models';

type Handler = (store: Store, input: any, effects: Effects) => object | Promise<object>;

const HANDLERS: Record<OperationName, Handler> = {
  CreateProject: createProject,
  DescribeProject: describeProject,
  ListProjects: listProjects,
  DeleteProject: deleteProject,
  CreateDataset: createDataset,
  DescribeDataset: describeDataset,
  UpdateDatasetEntries: updateDatasetEntries,
  ListDatasetEntries: listDatasetEntries,
  DeleteDataset: deleteDataset,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  CreateModel: createModel,
  DescribeModel: describeModel,
  ListModels: listModels,
  DeleteModel: deleteModel,
};

/** Amazon Lookout for Vision as it was until 2025-10-31: projects, datasets and tags, over the restJson1 protocol. */
export class LookoutVision implements Service {
  readonly name = 'lookoutvision';
  readonly model = MODEL;
  readonly operations = OPERATIONS;
  readonly settings = defaultSettings();
  readonly settingChoices = SETTING_CHOICES;
  readonly internalError = 'InternalServerException';
  private readonly store: Store;
  private readonly tokens: ClientTokens;
  private readonly throttle: Throttle;

  constructor(config: ServiceConfig) {
    this.store = new Store(config, this.settings);
    this.tokens = new ClientTokens(config.now);
    this.throttle = new Throttle(config.now, throttled);
  }

  operationOf(head: RequestHead): string | undefined {
    return routeOf(head);
  }

  decode(operation: string, body: Buffer, head: RequestHead): Decoded {
    const input = readRequest(MODEL, operation, membersOf(operation as OperationName, head, body)) as { Changes?: Buffer };
    return input.Changes ? withLoggedChanges(input, input.Changes) : { input, logged: input };
  }

  async execute(operation: string, input: any, effects: Effects): Promise<unknown> {
    this.throttle.admit(operation, this.settings.requestsPerSecond);
    const perform = async () => {
      const output = await HANDLERS[operation as OperationName](this.store, input, effects);
      return this.settings.emptyNextToken ? withEmptyToken(output) : output;
    };
    return this.tokens.once(operation, input, perform, () => this.mismatch(input));
  }

  reply(output: unknown, requestId: string, operation: string): Reply {
    return {
      status: MODEL.operations[operation].http.responseCode ?? 200,
      headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
      body: JSON.stringify(epochSeconds(output)),
    };
  }

  errorReply({ code, message, status, details: { members, retryAfter } }: ServiceError, requestId: string): Reply {
    const exception = exceptionOf(MODEL, code);
    const emulated = Object.entries(EMULATED_MEMBERS).filter(([name]) => exception?.members && name in exception.members);
    return {
      status: status ?? exception?.error?.httpStatusCode ?? GATEWAY_STATUSES[code] ?? 400,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': code,
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      },
      body: JSON.stringify({ ...Object.fromEntries(emulated), Message: message || code, ...members }),
    };
  }

  reset(): void {
    this.store.clear();
    this.tokens.clear();
    this.throttle.clear();
  }

  /** The refusal of a client token that was used with other parameters. */
  private mismatch({ ProjectName: project, DatasetType: type }: { ProjectName: string; DatasetType?: string }): ServiceError {
    const message = 'The client token was used before with other parameters';
    if (this.settings.tokenMismatch === 'ValidationException') return invalid(message);
    return type === undefined ? projectConflict(project, message) : datasetConflict(project, type, message);
  }
}
