import {
  paginateDescribeProjects, paginateListDatasetEntries, DescribeDatasetCommand, RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { DatasetDescription } from '@aws-sdk/client-rekognition';
import { DeleteObjectCommand, GetBucketTaggingCommand, ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';

export interface ObservedDataset {
  readonly arn: string;
  readonly description: DatasetDescription;
  /** The lines as the service lists them, without what it added. */
  readonly entries: readonly any[];
}

/** Looks at the local cloud from outside, as another program with the AWS SDK would. */
export class Observer {
  public readonly s3: S3Client;
  private readonly rekognition: RekognitionClient;

  constructor(cloud: Cloud) {
    const region = 'us-east-1';
    const credentials = { accessKeyId: '000000000000', secretAccessKey: 'local' };
    this.s3 = new S3Client({ endpoint: cloud.endpoint, region, credentials, forcePathStyle: true });
    // It shares the calls a second of the account with the handler.
    this.rekognition = new RekognitionClient({ endpoint: cloud.emulator.url, region, credentials, maxAttempts: 10 });
  }

  /** Names of all projects. */
  public async projects(): Promise<string[]> {
    const names: string[] = [];
    for await (const page of paginateDescribeProjects({ client: this.rekognition }, {})) {
      names.push(...page.ProjectDescriptions!.map(({ ProjectArn }) => ProjectArn!.split('/')[1]));
    }
    return names;
  }

  /** The dataset in a project's place; undefined when it is empty. */
  public async dataset(project: string, type: 'TRAIN' | 'TEST'): Promise<ObservedDataset | undefined> {
    const client = this.rekognition;
    for await (const page of paginateDescribeProjects({ client }, { ProjectNames: [project] })) {
      const arn = page.ProjectDescriptions![0]?.Datasets!.find(({ DatasetType }) => DatasetType === type)?.DatasetArn;
      if (!arn) continue;
      const { DatasetDescription: description } = await client.send(new DescribeDatasetCommand({ DatasetArn: arn }));
      const entries: any[] = [];
      for await (const entriesPage of paginateListDatasetEntries({ client }, { DatasetArn: arn })) {
        for (const line of entriesPage.DatasetEntries!) {
          const { 'cl-metadata': _added, ...entry } = JSON.parse(line);
          entries.push(entry);
        }
      }
      return { arn, description: description!, entries };
    }
    return undefined;
  }

  /** Names of all buckets but the one of `cdk bootstrap`. */
  public async buckets(): Promise<string[]> {
    const { Buckets } = await this.s3.send(new ListBucketsCommand({}));
    return Buckets!.map(({ Name }) => Name!).filter((name) => !name.startsWith('cdk-hnb659fds-assets-'));
  }

  public async keys(bucket: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket: bucket })) {
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    }
    return keys;
  }

  public async tags(bucket: string): Promise<Record<string, string>> {
    const { TagSet } = await this.s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    return Object.fromEntries(TagSet!.map(({ Key, Value }) => [Key!, Value!]));
  }

  /** Deletes every object of a bucket. */
  public async empty(bucket: string): Promise<void> {
    for (const Key of await this.keys(bucket)) await this.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }

  public close(): void {
    this.s3.destroy();
    this.rekognition.destroy();
  }
}
