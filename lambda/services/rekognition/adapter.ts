import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeDatasetCommand, ListDatasetEntriesCommand,
  ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand,
  UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import type { ProjectDescription, RekognitionClient } from '@aws-sdk/client-rekognition';
import { ConflictError } from '../../core/errors';
import { call } from '../../core/retry';
import type { Slot, Tags } from '../../core/slot';
import type { TimeBudget } from '../../core/time-budget';
import type { S3Location } from '../../staging/object-store';
import type { DatasetService, EntriesPage, ServiceDataset } from '../port';
import { findProject } from './projects';

/** Amazon Rekognition Custom Labels behind the port. */
export class RekognitionDatasets implements DatasetService {
  constructor(private readonly client: RekognitionClient, private readonly budget: TimeBudget) {}

  async find(slot: Slot, knownArn?: string): Promise<ServiceDataset | undefined> {
    const known = knownArn && await this.describe(knownArn);
    if (known) return known;
    const project = await this.project(slot.projectArn);
    const arn = project?.Datasets?.find((dataset) => dataset.DatasetType === slot.datasetType)?.DatasetArn;
    return arn && arn !== knownArn ? this.describe(arn) : undefined;
  }

  async projectExists(projectArn: string): Promise<boolean> {
    return await this.project(projectArn) !== undefined;
  }

  async create({ projectArn, datasetType }: Slot, manifest: S3Location | undefined, tags: Tags): Promise<string> {
    const output = await call(this.budget, 'CreateDataset', true, () => this.client.send(new CreateDatasetCommand({
      ProjectArn: projectArn,
      DatasetType: datasetType,
      DatasetSource: manifest && {
        GroundTruthManifest: { S3Object: { Bucket: manifest.bucket, Name: manifest.key, Version: manifest.version } },
      },
      Tags: { ...tags },
    })));
    return output.DatasetArn!;
  }

  async push(arn: string, lines: Buffer): Promise<void> {
    await call(this.budget, 'UpdateDatasetEntries', true, () => this.client.send(new UpdateDatasetEntriesCommand({
      DatasetArn: arn, Changes: { GroundTruth: lines },
    })));
  }

  async remove(arn: string): Promise<void> {
    await call(this.budget, 'DeleteDataset', true, () => this.client.send(new DeleteDatasetCommand({ DatasetArn: arn })));
  }

  async entries(arn: string, { hasErrors, next }: { hasErrors: boolean; next?: string }): Promise<EntriesPage> {
    const page = await this.read('ListDatasetEntries', () => this.client.send(new ListDatasetEntriesCommand({
      DatasetArn: arn, HasErrors: hasErrors || undefined, MaxResults: 100, NextToken: next,
    })));
    return { entries: page.DatasetEntries ?? [], next: page.NextToken || undefined };
  }

  async tags(arn: string): Promise<Tags> {
    const output = await this.read('ListTagsForResource', () => this.client.send(new ListTagsForResourceCommand({ ResourceArn: arn })));
    return output.Tags ?? {};
  }

  async tag(arn: string, tags: Tags): Promise<void> {
    await call(this.budget, 'TagResource', true, () => this.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: { ...tags } })));
  }

  async untag(arn: string, keys: readonly string[]): Promise<void> {
    await call(this.budget, 'UntagResource', true, () => this.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: [...keys] })));
  }

  private async describe(arn: string): Promise<ServiceDataset | undefined> {
    try {
      const { DatasetDescription: description } = await this.read('DescribeDataset', () =>
        this.client.send(new DescribeDatasetCommand({ DatasetArn: arn })));
      const stats = description?.DatasetStats;
      return {
        arn,
        status: description?.Status ?? '',
        statusMessage: description?.StatusMessage ?? '',
        lastUpdated: description?.LastUpdatedTimestamp?.getTime() ?? 0,
        counts: {
          total: stats?.TotalEntries ?? 0,
          labeled: stats?.LabeledEntries ?? 0,
          labels: stats?.TotalLabels ?? 0,
          errors: stats?.ErrorEntries ?? 0,
        },
      };
    } catch (error) {
      if (error instanceof ConflictError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  private project(projectArn: string): Promise<ProjectDescription | undefined> {
    return findProject(this.client, this.budget, projectArn.split('/')[1], (project) => project.ProjectArn === projectArn);
  }

  private read<T>(operation: string, send: () => Promise<T>): Promise<T> {
    return call(this.budget, operation, false, send);
  }
}
