import { createHash } from 'node:crypto';
import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeDatasetCommand, DescribeProjectCommand,
  ListDatasetEntriesCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import type { DatasetMetadata, LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { ConflictError } from '../../core/errors';
import { call } from '../../core/retry';
import { slotId, parseSlotId } from '../../core/slot';
import type { Slot, Tags } from '../../core/slot';
import type { TimeBudget } from '../../core/time-budget';
import type { S3Location } from '../../staging/object-store';
import type { DatasetService, EntriesPage, ServiceDataset } from '../port';
import type { OwnerRecords } from './owner-records';
import type { OwnerRecord } from './owner-records';

/**
 * Amazon Lookout for Vision behind the port.
 *
 * A dataset has no ARN there: slot and time of its creation make one up. It has no tags: they are in our records. And
 * writes carry a client token, so that one whose answer was lost is sent again and takes effect once.
 */
export class LookoutDatasets implements DatasetService {
  constructor(private readonly client: LookoutVisionClient, private readonly budget: TimeBudget, private readonly records: OwnerRecords) {}

  async find(slot: Slot): Promise<ServiceDataset | undefined> {
    const found = await this.found('DescribeDataset', () => this.client.send(new DescribeDatasetCommand(nameOf(slot))));
    const description = found?.DatasetDescription;
    if (!description || description.Status === 'DELETE_COMPLETE') return undefined;
    const { Total: total = 0, Labeled: labeled = 0, Normal: normal = 0, Anomaly: anomaly = 0 } = description.ImageStats ?? {};
    return {
      arn: arnOf(slot, description),
      status: description.Status ?? '',
      statusMessage: description.StatusMessage ?? '',
      lastUpdated: description.LastUpdatedTimestamp?.getTime() ?? 0,
      counts: { total, labeled, classes: { normal, anomaly } },
    };
  }

  async projectExists(projectArn: string): Promise<boolean> {
    return await this.found('DescribeProject', () => this.client.send(new DescribeProjectCommand({ ProjectName: projectName(projectArn) }))) !== undefined;
  }

  async create(slot: Slot, manifest: S3Location | undefined, tags: Tags, step: string): Promise<string> {
    const clientToken = tokenOf(step, 'CreateDataset', slotId(slot), JSON.stringify(manifest));
    // Before the call: should its answer never be read, the next look finds out that the dataset is ours.
    await this.records.write(slot, { tags, creation: { clientToken, manifest } });
    return this.sendCreation(slot, { tags, creation: { clientToken, manifest } });
  }

  async push(arn: string, lines: Buffer, step: string): Promise<void> {
    const ClientToken = tokenOf(step, 'UpdateDatasetEntries', arn, lines);
    await this.call('UpdateDatasetEntries', () =>
      this.client.send(new UpdateDatasetEntriesCommand({ ...nameOf(slotOf(arn)), Changes: lines, ClientToken })));
  }

  async remove(arn: string, step: string): Promise<void> {
    const slot = slotOf(arn);
    const ClientToken = tokenOf(step, 'DeleteDataset', arn);
    await this.call('DeleteDataset', () => this.client.send(new DeleteDatasetCommand({ ...nameOf(slot), ClientToken })));
    await this.records.remove(slot);
  }

  async entries(arn: string, { next }: { next?: string }): Promise<EntriesPage> {
    const page = await this.call('ListDatasetEntries', () =>
      this.client.send(new ListDatasetEntriesCommand({ ...nameOf(slotOf(arn)), MaxResults: 100, NextToken: next })));
    return { entries: page.DatasetEntries ?? [], next: page.NextToken || undefined };
  }

  async tags(arn: string): Promise<Tags> {
    const slot = slotOf(arn);
    const record = await this.records.read(slot);
    if (!record) return {};
    if (record.arn === undefined && !record.creation) return record.tags;
    return await this.madeBy(slot, record) === arn ? record.tags : {};
  }

  async tag(arn: string, tags: Tags): Promise<void> {
    await this.records.write(slotOf(arn), { arn, tags: { ...await this.tags(arn), ...tags } });
  }

  async untag(arn: string, keys: readonly string[]): Promise<void> {
    const tags = Object.fromEntries(Object.entries(await this.tags(arn)).filter(([key]) => !keys.includes(key)));
    if (Object.keys(tags).length > 0) await this.records.write(slotOf(arn), { arn, tags });
    else await this.records.remove(slotOf(arn));
  }

  /** The dataset that a record is of. */
  private async madeBy(slot: Slot, record: OwnerRecord): Promise<string | undefined> {
    if (record.arn !== undefined) return record.arn;
    try {
      return await this.sendCreation(slot, record);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // The creation was never taken: the dataset that is there is somebody else's.
      await this.records.remove(slot);
      return undefined;
    }
  }

  private async sendCreation(slot: Slot, { tags, creation }: OwnerRecord): Promise<string> {
    const { manifest, clientToken } = creation!;
    const { DatasetMetadata: made } = await this.call('CreateDataset', () => this.client.send(new CreateDatasetCommand({
      ...nameOf(slot),
      DatasetSource: manifest && {
        GroundTruthManifest: { S3Object: { Bucket: manifest.bucket, Key: manifest.key, VersionId: manifest.version } },
      },
      ClientToken: clientToken,
    })));
    const arn = arnOf(slot, made!);
    await this.records.write(slot, { arn, tags });
    return arn;
  }

  private async found<T>(operation: string, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(operation, send);
    } catch (error) {
      if (error instanceof ConflictError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** A lost answer is no reason to look first: the same call with the same token takes effect once. */
  private call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    return call(this.budget, operation, false, () => send().catch(explained));
  }
}

/** The service ended on 2025-10-31; its host name may not resolve any more. */
function explained(error: Error & { code?: string; hostname?: string }): never {
  if (error.code !== 'ENOTFOUND' || !error.hostname?.endsWith('.amazonaws.com')) throw error;
  throw Object.assign(new Error(`there is no ${error.hostname}: Amazon Lookout for Vision ended on 2025-10-31; set AWS_ENDPOINT_URL_LOOKOUTVISION to a service that speaks its API, or move to Rekognition with Manifest.fromLookout.`), { name: 'ServiceEnded' });
}

/** Unique for each step of a run and what it sends: one made of the content alone would swallow a later call with the same content. */
function tokenOf(...parts: (string | Buffer | undefined)[]): string {
  const token = createHash('sha256');
  for (const part of parts) token.update(part ?? '').update('\0');
  return token.digest('hex');
}

function projectName(projectArn: string): string {
  return projectArn.split('/')[1];
}

function nameOf({ projectArn, datasetType }: Slot): { ProjectName: string; DatasetType: string } {
  return { ProjectName: projectName(projectArn), DatasetType: datasetType.toLowerCase() };
}

function arnOf(slot: Slot, { CreationTimestamp }: Pick<DatasetMetadata, 'CreationTimestamp'>): string {
  return `${slotId(slot)}/${CreationTimestamp!.getTime()}`;
}

/** The slot is what comes before the time of creation. */
function slotOf(arn: string): Slot {
  return parseSlotId(arn.slice(0, arn.lastIndexOf('/')))!;
}
