import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand, CreateProjectCommand, DescribeDatasetCommand, ListDatasetEntriesCommand,
  UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import type { LookoutVisionClient, DatasetDescription, DatasetSource, ListDatasetEntriesCommandInput } from '@aws-sdk/client-lookoutvision';
import { lookoutClient } from '../../rigs/clients';
import { EmulatorSetup } from '../core/setup';

/** Projects and datasets of the emulated Lookout for Vision. */
export class LookoutSetup extends EmulatorSetup<LookoutVisionClient> {
  constructor() {
    super(lookoutClient);
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
