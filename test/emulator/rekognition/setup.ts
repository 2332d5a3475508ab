import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDatasetCommand, CreateProjectCommand, DescribeDatasetCommand, ListDatasetEntriesCommand,
  UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import type { RekognitionClient, DatasetDescription, DatasetSource, DatasetType } from '@aws-sdk/client-rekognition';
import { rekognitionClient } from '../../rigs/clients';
import { EmulatorSetup } from '../core/setup';

/** Projects and datasets of the emulated Rekognition Custom Labels. */
export class RekognitionSetup extends EmulatorSetup<RekognitionClient> {
  constructor() {
    super(rekognitionClient);
  }

  /** Lets everything in progress come to its end, but for manifests that are still being read. */
  settle(): void {
    this.now += 10_000;
  }

  async project(name = 'birds'): Promise<string> {
    const { ProjectArn } = await this.client.send(new CreateProjectCommand({ ProjectName: name }));
    return ProjectArn!;
  }

  async startDataset(projectArn: string, source?: DatasetSource, type: DatasetType = 'TRAIN'): Promise<string> {
    const command = new CreateDatasetCommand({ ProjectArn: projectArn, DatasetType: type, DatasetSource: source });
    return (await this.client.send(command)).DatasetArn!;
  }

  /** A dataset with these lines; its creation has ended, well or not. */
  async dataset(projectArn: string, lines?: readonly string[], type: DatasetType = 'TRAIN'): Promise<string> {
    const arn = await this.startDataset(projectArn, lines && this.manifest(lines.map((line) => `${line}\n`).join('')), type);
    await this.ended(arn);
    return arn;
  }

  /** Stores a manifest and gives the source that names it. */
  manifest(content: string | Buffer, key = 'manifests/birds.manifest'): DatasetSource {
    this.objects.objects.set(`manifests-bucket/${key}`, Buffer.from(content));
    return { GroundTruthManifest: { S3Object: { Bucket: 'manifests-bucket', Name: key } } };
  }

  async describe(arn: string): Promise<DatasetDescription> {
    return (await this.client.send(new DescribeDatasetCommand({ DatasetArn: arn }))).DatasetDescription!;
  }

  async ended(arn: string): Promise<DatasetDescription> {
    this.settle();
    for (;;) {
      const description = await this.describe(arn);
      if (!description.Status!.endsWith('_IN_PROGRESS')) return description;
      await sleep(2);
    }
  }

  startUpdate(arn: string, text: string): Promise<unknown> {
    return this.client.send(new UpdateDatasetEntriesCommand({ DatasetArn: arn, Changes: { GroundTruth: Buffer.from(text) } }));
  }

  async update(arn: string, lines: readonly string[]): Promise<DatasetDescription> {
    await this.startUpdate(arn, lines.map((line) => `${line}\n`).join(''));
    return this.ended(arn);
  }

  /** Every entry as it is listed, parsed. */
  async entries(arn: string): Promise<any[]> {
    const { DatasetEntries } = await this.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn }));
    return DatasetEntries!.map((line) => JSON.parse(line));
  }

  /** Its refusals have no members of their own. */
  override async refusal(call: Promise<unknown>): Promise<{ code: string; status: number; message: string }> {
    const { code, status, message } = await super.refusal(call);
    return { code, status, message };
  }
}

/** An image with one image-level label. */
export function labeled(key: string, label: string, bucket = 'images'): string {
  return JSON.stringify({
    'source-ref': `s3://${bucket}/${key}`,
    'scene': 1,
    'scene-metadata': {
      'class-name': label, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification',
    },
  });
}

/** An image of 800x600 pixels with a box for each label. */
export function boxed(key: string, labels: readonly string[], box: object = {}): string {
  const names = [...new Set(labels)];
  return JSON.stringify({
    'source-ref': `s3://images/${key}`,
    'bb': {
      image_size: [{ width: 800, height: 600, depth: 3 }],
      annotations: labels.map((label) => ({ class_id: names.indexOf(label), left: 10, top: 20, width: 100, height: 80, ...box })),
    },
    'bb-metadata': {
      'objects': labels.map(() => ({ confidence: 1 })),
      'class-map': Object.fromEntries(names.map((name, id) => [id, name])),
      'type': 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': '2026-01-05T09:00:00',
    },
  });
}

export function unlabeled(key: string): string {
  return JSON.stringify({ 'source-ref': `s3://images/${key}` });
}
