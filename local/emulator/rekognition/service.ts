import { exceptionOf } from '../core/api-model';
import { withEmptyToken } from '../core/paging';
import { epochSeconds, withLoggedChanges } from '../core/service';
import type { ServiceError } from '../core/service';
import type { Decoded, Effects, Reply, RequestHead, Service, ServiceConfig } from '../core/service';
import { jsonObject, readRequest } from '../core/shapes';
import { Throttle } from '../core/throttle';
import { createDataset, deleteDataset, describeDataset, updateDatasetEntries } from './datasets';
import { distributeDatasetEntries } from './distribute';
import { PUBLISHED_MESSAGES, rateExceeded, throttled } from './errors';
import { listDatasetEntries, listDatasetLabels } from './listing';
import { MODEL, OPERATIONS } from './operations';
import type { OperationName } from './operations';
import { createProject, deleteProject, describeProjects } from './projects';
import { defaultSettings, SETTING_CHOICES } from './settings';
import { Store } from './store';
import { listTagsForResource, tagResource, untagResource } from './tags';

const TARGET_PREFIX = 'RekognitionService.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';

type Handler = (store: Store, input: any, effects: Effects) => object | Promise<object>;

const HANDLERS: Record<OperationName, Handler> = {
  CreateProject: createProject,
  DeleteProject: deleteProject,
  DescribeProjects: describeProjects,
  CreateDataset: createDataset,
  DescribeDataset: describeDataset,
  UpdateDatasetEntries: updateDatasetEntries,
  ListDatasetEntries: listDatasetEntries,
  ListDatasetLabels: listDatasetLabels,
  DistributeDatasetEntries: distributeDatasetEntries,
  DeleteDataset: deleteDataset,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};

const ON_TAGS: readonly string[] = ['TagResource', 'UntagResource', 'ListTagsForResource'] satisfies OperationName[];

/** Amazon Rekognition Custom Labels: projects, datasets and their tags, over the awsJson1_1 protocol. */
export class Rekognition implements Service {
  readonly name = 'rekognition';
  readonly model = MODEL;
  readonly operations = OPERATIONS;
  readonly settings = defaultSettings();
  readonly settingChoices = SETTING_CHOICES;
  readonly internalError = 'InternalServerError';
  private readonly store: Store;
  private readonly throttle: Throttle;

  constructor(config: ServiceConfig) {
    this.store = new Store(config, this.settings);
    this.throttle = new Throttle(config.now, () => this.settings.rateErrors === 'ThrottlingException' ? throttled() : rateExceeded());
  }

  /** Method, path and both headers select an operation; what fits in part is an unknown one. */
  operationOf({ method, path, headers }: RequestHead): string | undefined {
    const target = headers['x-amz-target'];
    if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) return undefined;
    const operation = target.slice(TARGET_PREFIX.length);
    const contentType = headers['content-type']?.split(';')[0].trim().toLowerCase();
    return method === 'POST' && path === '/' && contentType === CONTENT_TYPE ? operation : `${operation} by ${method} ${path} as ${contentType}`;
  }

  decode(operation: string, body: Buffer): Decoded {
    const input = readRequest(MODEL, operation, jsonObject(body), this.settings.typeErrors) as any;
    const blob: Buffer | undefined = input.Changes?.GroundTruth;
    return blob ? withLoggedChanges(input, blob) : { input, logged: input };
  }

  async execute(operation: string, input: unknown, effects: Effects): Promise<unknown> {
    const { requestsPerSecond, tagRequestsPerSecond } = this.settings;
    this.throttle.admit(operation, ON_TAGS.includes(operation) ? tagRequestsPerSecond : requestsPerSecond);
    const output = await HANDLERS[operation as OperationName](this.store, input, effects);
    return this.settings.emptyNextToken ? withEmptyToken(output) : output;
  }

  reply(output: unknown, requestId: string): Reply {
    return { status: 200, headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId }, body: JSON.stringify(epochSeconds(output)) };
  }

  errorReply({ code: given, message, status }: ServiceError, requestId: string): Reply {
    const exception = exceptionOf(MODEL, given);
    const code = given === 'ValidationException' ? this.settings.constraintErrors : given;
    return {
      // "Error handling" of the developer guide: 400 for everything the caller can change.
      status: status ?? (exception?.fault ? 500 : 400),
      headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId },
      // A refusal that comes before the service looks at a request has two members.
      body: JSON.stringify(exception ? { __type: code, Code: code, Logref: requestId, Message: message || PUBLISHED_MESSAGES[code] || code }
        : { __type: code, message: message || code }),
    };
  }

  reset(): void {
    this.store.clear();
    this.throttle.clear();
  }
}
