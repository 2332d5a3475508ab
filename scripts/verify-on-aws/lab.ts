import { Readable } from 'node:stream';
import {
  CreateDatasetCommand, CreateProjectCommand, DeleteDatasetCommand, DescribeDatasetCommand, DescribeProjectsCommand,
  ResourceNotFoundException, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import type { DatasetDescription, DatasetSource, RekognitionClient } from '@aws-sdk/client-rekognition';
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import type { BucketLocationConstraint } from '@aws-sdk/client-s3';
import type { Clients } from './clients';
import type { Clock } from './clock';
import { namesOf, RUN_TAG } from './run';

const POLL_MS = 1000;
/** What the handler's own time is, and no experiment should need. */
export const PATIENCE_MS = 60 * 60_000;

/** A question that this run leaves open, and why. */
export class NotMeasured extends Error {}

export interface LabOptions {
  readonly clients: Clients;
  readonly run: string;
  readonly clock: Clock;
  /** Ends what an experiment waits for. */
  readonly signal: AbortSignal;
  /** Numbers of entries to measure durations with, in ascending order. */
  readonly entries: readonly number[];
  /** ARN of the user. */
  readonly caller: string;
  /** False: no role is made. */
  readonly role: boolean;
}

/** What experiments work with: projects, datasets and manifests of one run, all with its tag. */
export class Lab {
  readonly bucket: string;
  /** LastUpdatedTimestamp of every description of every dataset, in milliseconds since 1970, in the order of the reads. */
  readonly lastUpdates = new Map<string, number[]>();
  private readonly results = new Map<string, Promise<unknown>>();
  private projects = 0;
  private manifests = 0;

  constructor(readonly options: LabOptions) {
    this.bucket = namesOf(options.run).bucket;
  }

  get clients(): Clients { return this.options.clients; }

  get now(): number { return this.options.clock.now(); }

  /** For calls that make nothing; those that do come to their end, so that what they make is there to be removed. */
  get abort() { return { abortSignal: this.options.signal }; }

  get tags(): Record<string, string> { return { [RUN_TAG]: this.options.run }; }

  sleep(ms: number): Promise<void> {
    return this.options.clock.sleep(ms, this.options.signal);
  }

  /** What several questions are answered from is done once. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.results.has(name)) this.results.set(name, work());
    return this.results.get(name) as Promise<T>;
  }

  /** Looks again and again until there is an answer. */
  async until<T>(look: () => Promise<T | undefined>, patience = PATIENCE_MS): Promise<T | undefined> {
    for (const end = this.now + patience; ;) {
      const found = await look();
      if (found !== undefined || this.now >= end) return found;
      await this.sleep(POLL_MS);
    }
  }

  /** A new project. */
  async project(): Promise<string> {
    const name = `${namesOf(this.options.run).projectPrefix}${++this.projects}`;
    const { rekognition } = this.clients;
    const { ProjectArn: arn } = await rekognition.send(new CreateProjectCommand({ ProjectName: name, Tags: this.tags }));
    const created = await this.until(async () => {
      const { ProjectDescriptions: found } = await rekognition.send(new DescribeProjectsCommand({ ProjectNames: [name] }), this.abort);
      return found?.[0]?.Status === 'CREATED' || undefined;
    });
    if (!created) throw new NotMeasured(`project ${name} was not CREATED in time`);
    return arn!;
  }

  /** Puts a manifest into the bucket, which is made for the first one. */
  async manifest(content: Iterable<Buffer>, bytes: number): Promise<DatasetSource> {
    await this.once('bucket', () => this.createBucket());
    const key = `${++this.manifests}.manifest`;
    await this.clients.s3.send(new PutObjectCommand({
      Bucket: this.bucket, Key: key, ContentLength: bytes, Body: bytes < 1_000_000 ? Buffer.concat([...content]) : Readable.from(content),
    }), this.abort);
    return { GroundTruthManifest: { S3Object: { Bucket: this.bucket, Name: key } } };
  }

  manifestOf(lines: readonly string[]): Promise<DatasetSource> {
    const content = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    return this.manifest([content], content.length);
  }

  /** @param client another caller than the user */
  async create(projectArn: string, source: DatasetSource, client: RekognitionClient = this.clients.rekognition): Promise<string> {
    const { DatasetArn: arn } = await client.send(new CreateDatasetCommand({
      ProjectArn: projectArn, DatasetType: 'TRAIN', DatasetSource: source, Tags: this.tags,
    }));
    return arn!;
  }

  /**
   * A dataset that was created with these lines in a project of its own.
   *
   * @throws NotMeasured when it was not
   */
  async dataset(lines: readonly string[]): Promise<string> {
    const arn = await this.create(await this.project(), await this.manifestOf(lines));
    const { Status: status, StatusMessage: message } = await this.ended(arn);
    if (status !== 'CREATE_COMPLETE') throw new NotMeasured(`a dataset of ${lines.length} lines is ${status}: ${message}`);
    return arn;
  }

  update(arn: string, changes: Buffer): Promise<unknown> {
    const command = new UpdateDatasetEntriesCommand({ DatasetArn: arn, Changes: { GroundTruth: changes } });
    return this.clients.rekognition.send(command, this.abort);
  }

  /** @returns undefined when there is no such dataset */
  async describe(arn: string): Promise<DatasetDescription | undefined> {
    try {
      const command = new DescribeDatasetCommand({ DatasetArn: arn });
      const { DatasetDescription: description } = await this.clients.rekognition.send(command, this.abort);
      const times = this.lastUpdates.get(arn) ?? [];
      this.lastUpdates.set(arn, [...times, description!.LastUpdatedTimestamp!.getTime()]);
      return description;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * The description once nothing is in progress.
   *
   * @throws NotMeasured when that takes too long
   */
  async ended(arn: string): Promise<DatasetDescription> {
    const description = await this.until(async () => {
      const seen = await this.describe(arn);
      if (!seen) throw new NotMeasured(`dataset ${arn} is gone`);
      return seen.Status!.endsWith('_IN_PROGRESS') ? undefined : seen;
    });
    if (!description) throw new NotMeasured(`dataset ${arn} was in progress for more than ${PATIENCE_MS / 60_000} minutes`);
    return description;
  }

  delete(arn: string): Promise<unknown> {
    return this.clients.rekognition.send(new DeleteDatasetCommand({ DatasetArn: arn }), this.abort);
  }

  private async createBucket(): Promise<void> {
    const { s3 } = this.clients;
    const Bucket = this.bucket;
    const region = await s3.config.region();
    const CreateBucketConfiguration = region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: RUN_TAG, Value: this.options.run }] } }), this.abort);
    const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all }), this.abort);
  }
}
