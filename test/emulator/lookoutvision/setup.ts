import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand, CreateProjectCommand, DescribeDatasetCommand, ListDatasetEntriesCommand, LookoutVisionClient,
  UpdateDatasetEntriesCommand, type DatasetDescription, type DatasetSource, type ListDatasetEntriesCommandInput,
} from '@aws-sdk/client-lookoutvision';
import { startEmulator, UNLIMITED, type Emulator } from '../../../local/emulator';
import { startObjectServer, type ObjectServer } from '../../rigs/s3-objects';

/**
 * An emulator, the objects it reads and a client for it, fresh for each test. Its clock stands still until it is moved;
 * any number of calls come through.
 */
export class LookoutSetup {
  emulator!: Emulator;
  objects!: ObjectServer;
  client!: LookoutVisionClient;
  now = Date.parse('2026-01-05T09:00:00Z');

  constructor() {
    beforeAll(async () => {
      this.objects = await startObjectServer();
      this.emulator = await startEmulator({ s3Endpoint: this.objects.url, now: () => this.now, settings: UNLIMITED });
      this.client = lookoutClient(this.emulator);
    });
    beforeEach(() => {
      this.emulator.reset();
      this.objects.objects.clear();
    });
    afterAll(async () => {
      this.client?.destroy();
      await this.emulator?.close();
      await this.objects?.close();
    });
  }

  get settings() {
    return this.emulator.settings.lookoutvision;
  }

  async project(name = 'parts'): Promise<string> {
    await this.client.send(new CreateProjectCommand({ ProjectName: name }));
    return name;
  }

  /** Stores a manifest and gives the source that names it. */
  manifest(content: string | Buffer, key = 'manifests/parts.manifest'): DatasetSource {
    this.objects.objects.set(`manifests-bucket/${key}`, Buffer.from(content));
    return { GroundTruthManifest: { S3Object: { Bucket: 'manifests-bucket', Key: key } } };
  }

  startDataset(project: string, source?: DatasetSource, type = 'train') {
    return this.client.send(new CreateDatasetCommand({ ProjectName: project, DatasetType: type, DatasetSource: source }));
  }

  /** A dataset with these lines; its creation has ended, well or not. */
  async dataset(project: string, lines?: readonly string[], type = 'train'): Promise<DatasetDescription> {
    await this.startDataset(project, lines && this.manifest(text(lines)), type);
    return this.ended(project, type);
  }

  async describe(project: string, type = 'train'): Promise<DatasetDescription> {
    return (await this.client.send(new DescribeDatasetCommand({ ProjectName: project, DatasetType: type }))).DatasetDescription!;
  }

  async ended(project: string, type = 'train'): Promise<DatasetDescription> {
    for (;;) {
      this.now += 10_000;
      const description = await this.describe(project, type);
      if (!description.Status!.endsWith('_IN_PROGRESS')) return description;
      await sleep(2);
    }
  }

  startUpdate(project: string, changes: string | Uint8Array, more: { ClientToken?: string; DatasetType?: string } = {}) {
    return this.client.send(new UpdateDatasetEntriesCommand({ ProjectName: project, DatasetType: 'train', Changes: Buffer.from(changes), ...more }));
  }

  async update(project: string, lines: readonly string[]): Promise<DatasetDescription> {
    await this.startUpdate(project, text(lines));
    return this.ended(project);
  }

  async lines(project: string, filter: Partial<ListDatasetEntriesCommandInput> = {}): Promise<string[]> {
    return (await this.client.send(new ListDatasetEntriesCommand({ ProjectName: project, DatasetType: 'train', ...filter }))).DatasetEntries!;
  }

  /** Keys of the listed images. */
  async keys(project: string, filter: Partial<ListDatasetEntriesCommandInput> = {}): Promise<string[]> {
    return (await this.lines(project, filter)).map((line) => JSON.parse(line)['source-ref'].replace('s3://parts/', ''));
  }

  /** Name, status and members of the refusal that a call gets. */
  async refusal(call: Promise<unknown>): Promise<Record<string, any>> {
    return call.then(
      () => { throw new Error('the call was not refused'); },
      (error) => ({ ...error, code: error.name, status: error.$metadata?.httpStatusCode, message: error.message }),
    );
  }
}

export function lookoutClient({ url }: { readonly url: string }, maxAttempts = 1): LookoutVisionClient {
  return new LookoutVisionClient({
    endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' }, maxAttempts,
  });
}

export function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** A labeled image, as the service lists it. */
export function labeled(key: string, name = 'normal', metadata: object = {}, more: object = {}): string {
  return JSON.stringify({
    'source-ref': `s3://parts/${key}`,
    'lbl': name === 'anomaly' ? 1 : 0,
    'lbl-metadata': { 'class-name': name, 'human-annotated': 'yes', 'type': 'groundtruth/image-classification', ...metadata },
    ...more,
  });
}

export function unlabeled(key: string, bucket = 'parts'): string {
  return JSON.stringify({ 'source-ref': `s3://${bucket}/${key}` });
}

export function masked(key: string): string {
  return labeled(key, 'anomaly', {}, {
    'm-ref': `s3://masks/${key}`,
    'm-ref-metadata': {
      'internal-color-map': { 0: { 'class-name': 'cracked', 'hex-color': '#23A436' } }, 'human-annotated': 'yes', 'type': 'groundtruth/semantic-segmentation',
    },
  });
}
