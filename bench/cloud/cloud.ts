import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { CreateProjectCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { NODE_OPTIONS } from '../../lib/provider/handler-bundle';
import { UNLIMITED } from '../../local/emulator';
import type { RequestRecord } from '../../local/emulator/core/request-log';
import { CustomResource } from '../../test/rigs/cloudformation';
import type { Properties } from '../../test/rigs/cloudformation';
import { LambdaFunction } from '../../test/rigs/lambda-function';
import { compile } from '../build';
import { BUNDLE } from '../rows/bundle';
import { ServerProgram } from './program';

/** Milliseconds that the emulated service works on what a call started. */
export interface Latency {
  readonly createDataset: number;
  readonly createEmptyDataset: number;
  readonly updateDatasetEntries: number;
  readonly deleteDataset: number;
}

/** As it is of the real service, more or less. */
export const USUAL_LATENCY: Latency = {
  createDataset: 20_000, createEmptyDataset: 5_000, updateDatasetEntries: 3_000, deleteDataset: 5_000,
};

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The emulator and S3, each in a process of its own, and a project in it. */
export class Cloud {
  readonly rekognition: RekognitionClient;
  private readonly functions: LambdaFunction[] = [];

  private constructor(
    private readonly s3: ServerProgram,
    private readonly emulator: ServerProgram,
    private readonly handler: string,
    readonly projectArn: string,
  ) {
    this.rekognition = clientOf(emulator.url);
  }

  static async start(latency?: Latency): Promise<Cloud> {
    if (!existsSync(BUNDLE)) throw new Error('the handler bundle is missing; run npm run build:handler first');
    const s3 = await ServerProgram.start(await compile('s3'), []);
    const emulator = await ServerProgram.start(await compile('emulator'), ['--s3-endpoint', s3.url]);
    // What the handler takes is measured, not what the service allows.
    await control(emulator, 'PATCH', 'settings', { rekognition: { ...UNLIMITED.rekognition, ...latency && { latency } } });
    const { ProjectArn } = await clientOf(emulator.url).send(new CreateProjectCommand({ ProjectName: 'bench' }));
    return new Cloud(s3, emulator, await compile('measured-handler'), ProjectArn!);
  }

  /** Puts a file into the bucket `source`; returns its key. */
  async put(path: string, key: string): Promise<string> {
    const put = request(`${this.s3.url}/source/${key}`, { method: 'PUT', headers: { 'content-length': statSync(path).size } });
    const answered = once(put, 'response') as Promise<[IncomingMessage]>;
    await pipeline(createReadStream(path), put);
    const [{ statusCode }] = await answered;
    if (statusCode !== 200) throw new Error(`S3 answered ${statusCode} to PUT ${key}`);
    return key;
  }

  /** A fresh process of the handler. */
  function(): MeasuredFunction {
    const environment = {
      MEASURED_BUNDLE: BUNDLE, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_REKOGNITION: this.emulator.url, AWS_ENDPOINT_URL_S3: this.s3.url,
      STAGING_BUCKET: 'staging', TOTAL_TIMEOUT_SECONDS: '3300', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', NODE_OPTIONS,
    };
    const started = new MeasuredFunction(this.handler, environment);
    this.functions.push(started);
    return started;
  }

  /** Properties of a dataset whose manifest is the object `key`. */
  properties(key: string): Properties {
    return {
      ServiceToken: 'token', ProjectArn: this.projectArn, DatasetType: 'TRAIN',
      Manifest: { Bucket: 'source', Key: key, ...(key.endsWith('.gz') && { Encoding: 'gzip' }) },
      RemovedEntries: 'RECREATE', InitialLoad: 'MANIFEST', AdoptExisting: 'false', MaxErrorEntries: '0',
    };
  }

  /** Accepted calls that change something, since the last {@link forgetCalls}. */
  async writes(): Promise<RequestRecord[]> {
    const { requests } = await control(this.emulator, 'GET', 'requests') as { requests: RequestRecord[] };
    return requests.filter(({ write, status }) => write && status === 200);
  }

  async forgetCalls(): Promise<void> {
    await control(this.emulator, 'DELETE', 'requests');
  }

  async stop(): Promise<void> {
    await Promise.all(this.functions.map((started) => started.stop()));
    this.rekognition.destroy();
    await Promise.all([this.emulator.stop(), this.s3.stop()]);
  }
}

/** The handler in a process that tells what it has used. */
export class MeasuredFunction extends LambdaFunction {
  /** Peak of the resident memory so far. */
  get peakBytes(): number {
    const usages = this.lines.filter((line) => line.includes('"usage"')).map((line) => JSON.parse(line).peakBytes as number);
    return Math.max(...usages);
  }

  /**
   * Brings the dataset to its properties, as CloudFormation has it done; returns what it took.
   *
   * @param before the properties of the last time; absent: create
   * @throws Error when the handler answers with FAILED
   */
  async deploy(properties: Properties, before?: Properties): Promise<{ seconds: number; entries: number }> {
    const resource = new CustomResource(this, 'arn:aws:cloudformation:us-east-1:000000000000:stack/bench/1', 'Train');
    const fields = before
      ? { RequestType: 'Update', PhysicalResourceId: slotOf(before), OldResourceProperties: before, ResourceProperties: properties }
      : { RequestType: 'Create', ResourceProperties: properties };
    return this.timed(resource, fields);
  }

  async destroy(properties: Properties): Promise<{ seconds: number }> {
    const resource = new CustomResource(this, 'arn:aws:cloudformation:us-east-1:000000000000:stack/bench/1', 'Train');
    return this.timed(resource, { RequestType: 'Delete', PhysicalResourceId: slotOf(properties), ResourceProperties: properties });
  }

  private async timed(resource: CustomResource, fields: Properties): Promise<{ seconds: number; entries: number }> {
    const began = performance.now();
    const { status, reason, data } = await resource.request(fields);
    if (status === 'FAILED') throw new Error(`${String(fields.RequestType)} failed: ${reason}`);
    return { seconds: (performance.now() - began) / 1000, entries: Number(data?.TotalEntries) };
  }
}

function slotOf({ ProjectArn }: Properties): string {
  return `${String(ProjectArn)}/dataset/train`;
}

function clientOf(endpoint: string): RekognitionClient {
  return new RekognitionClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
}

async function control({ url }: ServerProgram, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/_emulator/${path}`, { method, body: body && JSON.stringify(body) } as RequestInit);
  if (!response.ok) throw new Error(`the emulator answered ${response.status} to ${method} ${path}: ${await response.text()}`);
  return response.json();
}
