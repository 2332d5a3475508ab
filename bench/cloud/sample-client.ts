import { readFileSync } from 'node:fs';
import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeDatasetCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import { REKOGNITION_LIMITS } from '../../lib/manifest';
import type { Cloud } from './cloud';

/** Loads a dataset as the samples of the Custom Labels guide do: start, then look every so often whether it is done. */
export class SampleClient {
  private arn?: string;

  /** @param pollMilliseconds 5,000 in the samples */
  constructor(private readonly cloud: Cloud, private readonly pollMilliseconds: number) {}

  async create(key: string): Promise<void> {
    const { DatasetArn } = await this.cloud.rekognition.send(new CreateDatasetCommand({
      ProjectArn: this.cloud.projectArn, DatasetType: 'TRAIN',
      DatasetSource: { GroundTruthManifest: { S3Object: { Bucket: 'source', Name: key } } },
    }));
    this.arn = DatasetArn;
    await this.settle();
  }

  /** Sends every line of a file, a call for as many as fit. */
  async sendAll(path: string): Promise<void> {
    const content = readFileSync(path);
    for (let start = 0; start < content.length;) {
      const limit = start + REKOGNITION_LIMITS.chunkBytes;
      const end = limit >= content.length ? content.length : content.lastIndexOf(10, limit - 1) + 1;
      await this.cloud.rekognition.send(new UpdateDatasetEntriesCommand({
        DatasetArn: this.arn, Changes: { GroundTruth: content.subarray(start, end) },
      }));
      await this.settle();
      start = end;
    }
  }

  async delete(): Promise<void> {
    await this.cloud.rekognition.send(new DeleteDatasetCommand({ DatasetArn: this.arn }));
    await this.settle();
  }

  /** Entries of the dataset. */
  async entries(): Promise<number> {
    const { DatasetDescription } = await this.cloud.rekognition.send(new DescribeDatasetCommand({ DatasetArn: this.arn }));
    return DatasetDescription!.DatasetStats!.TotalEntries!;
  }

  private async settle(): Promise<void> {
    for (;;) {
      const status = await this.cloud.rekognition.send(new DescribeDatasetCommand({ DatasetArn: this.arn })).then(
        ({ DatasetDescription }) => DatasetDescription!.Status!,
        (error) => { if (error.name === 'ResourceNotFoundException') return 'GONE'; throw error; },
      );
      if (status.endsWith('_FAILED')) throw new Error(`the dataset is ${status}`);
      if (!status.endsWith('_IN_PROGRESS')) return;
      await new Promise((resolve) => { setTimeout(resolve, this.pollMilliseconds); });
    }
  }
}
