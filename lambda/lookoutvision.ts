import { createHash } from 'crypto';
import { LookAgain } from './errors';
import type { OwnerRecord, OwnerRecords } from './owner-records';
import type { DatasetService, S3Location, ServiceDataset, Slot, Tags } from './ports';
import { slotId } from './properties';
import { type RestCall, RestJsonClient } from './rest-json';
import { call } from './retry';
import type { Slice } from './slice';

interface DatasetDescription {
  /** Seconds since 1970, like every time here. */
  readonly CreationTimestamp: number;
  readonly LastUpdatedTimestamp: number;
  readonly Status: string;
  readonly StatusMessage?: string;
  readonly ImageStats?: { readonly Total?: number; readonly Labeled?: number; readonly Normal?: number; readonly Anomaly?: number };
}

/** The service of the region, or where the SDK's environment variables say that one like it is. */
export function lookoutVisionClient(): RestJsonClient {
  const { AWS_REGION: region = 'us-east-1', AWS_ENDPOINT_URL_LOOKOUTVISION: own, AWS_ENDPOINT_URL: any } = process.env;
  return new RestJsonClient('lookoutvision', region, new URL(own ?? any ?? `https://lookoutvision.${region}.amazonaws.com`));
}

/**
 * Amazon Lookout for Vision behind the port.
 *
 * A dataset has no ARN there: slot and time of its creation make one up. It has no tags: they are in our records. And
 * writes carry a client token, so that one whose answer was lost is sent again and takes effect once.
 */
export class LookoutDatasets implements DatasetService {
  constructor(private readonly client: RestJsonClient, private readonly slice: Slice, private readonly records: OwnerRecords) {}

  async find(slot: Slot): Promise<ServiceDataset | undefined> {
    const path = pathOf(slot);
    const found = await this.found<{ DatasetDescription: DatasetDescription }>('DescribeDataset', { method: 'GET', path });
    const description = found?.DatasetDescription;
    if (!description || description.Status === 'DELETE_COMPLETE') return undefined;
    const { Total: total = 0, Labeled: labeled = 0, Normal: normal = 0, Anomaly: anomaly = 0 } = description.ImageStats ?? {};
    return {
      arn: arnOf(slot, description),
      status: description.Status,
      statusMessage: description.StatusMessage ?? '',
      lastUpdated: milliseconds(description.LastUpdatedTimestamp),
      counts: { total, labeled, labels: 0, errors: 0, classes: { normal, anomaly } },
    };
  }

  async projectExists(projectArn: string): Promise<boolean> {
    return await this.found('DescribeProject', { method: 'GET', path: projectPath(projectArn) }) !== undefined;
  }

  /** ARNs of projects are known without a look. */
  projectArn(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async create(slot: Slot, manifest: S3Location | undefined, tags: Tags, step: string): Promise<string> {
    const clientToken = tokenOf(step, 'CreateDataset', slotId(slot), JSON.stringify(manifest));
    // Before the call: should its answer never be read, the next look finds out that the dataset is ours.
    await this.records.write(slot, { tags, creation: { clientToken, manifest } });
    return this.sendCreation(slot, { tags, creation: { clientToken, manifest } });
  }

  async push(arn: string, lines: Buffer, step: string): Promise<void> {
    await this.call('UpdateDatasetEntries', {
      method: 'PATCH', path: `${pathOf(slotOf(arn))}/entries`, body: { Changes: lines.toString('base64') },
      clientToken: tokenOf(step, 'UpdateDatasetEntries', arn, lines),
    });
  }

  async remove(arn: string, step: string): Promise<void> {
    const slot = slotOf(arn);
    await this.call('DeleteDataset', { method: 'DELETE', path: pathOf(slot), clientToken: tokenOf(step, 'DeleteDataset', arn) });
    await this.records.remove(slot);
  }

  async* entries(arn: string): AsyncIterable<readonly string[]> {
    const path = `${pathOf(slotOf(arn))}/entries`;
    let nextToken: string | undefined;
    do {
      const page = await this.call<{ DatasetEntries?: string[]; NextToken?: string }>('ListDatasetEntries', {
        method: 'GET', path, query: { maxResults: '100', ...(nextToken && { nextToken }) },
      });
      yield page.DatasetEntries ?? [];
      nextToken = page.NextToken || undefined;
    } while (nextToken);
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
      if (!(error instanceof LookAgain)) throw error;
      // The creation was never taken: the dataset that is there is somebody else's.
      await this.records.remove(slot);
      return undefined;
    }
  }

  private async sendCreation(slot: Slot, { tags, creation }: OwnerRecord): Promise<string> {
    const { manifest, clientToken } = creation!;
    const { DatasetMetadata } = await this.call<{ DatasetMetadata: { CreationTimestamp: number } }>('CreateDataset', {
      method: 'POST', path: `${projectPath(slot.projectArn)}/datasets`, clientToken,
      body: {
        DatasetType: typeOf(slot),
        DatasetSource: manifest && {
          GroundTruthManifest: { S3Object: { Bucket: manifest.bucket, Key: manifest.key, VersionId: manifest.version } },
        },
      },
    });
    const arn = arnOf(slot, DatasetMetadata);
    await this.records.write(slot, { arn, tags });
    return arn;
  }

  private async found<T>(operation: string, request: RestCall): Promise<T | undefined> {
    try {
      return await this.call<T>(operation, request);
    } catch (error) {
      if (error instanceof LookAgain && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** A lost answer is no reason to look first: the same call with the same token takes effect once. */
  private call<T>(operation: string, request: RestCall): Promise<T> {
    return call(this.slice, operation, false, () => this.client.send<T>(request).catch(explained));
  }
}

/** The service ended on 2025-10-31; its name may be gone from the net for good. */
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

function typeOf({ datasetType }: Slot): string {
  return datasetType.toLowerCase();
}

function projectPath(projectArn: string): string {
  return `/2020-11-20/projects/${projectArn.split('/')[1]}`;
}

function pathOf(slot: Slot): string {
  return `${projectPath(slot.projectArn)}/datasets/${typeOf(slot)}`;
}

function arnOf(slot: Slot, { CreationTimestamp }: { readonly CreationTimestamp: number }): string {
  return `${slotId(slot)}/${milliseconds(CreationTimestamp)}`;
}

function slotOf(arn: string): Slot {
  const [, projectArn, type] = /^(.+)\/dataset\/(train|test)\/\d+$/u.exec(arn)!;
  return { projectArn, datasetType: type === 'train' ? 'TRAIN' : 'TEST' };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
