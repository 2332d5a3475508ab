import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import {
  DeleteDatasetCommand, DescribeDatasetCommand, ListDatasetEntriesCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { startEmulator, UNLIMITED } from '../../local/emulator';
import type { Emulator } from '../../local/emulator';
import { lookoutClient, rekognitionClient } from './clients';
import { fastClock } from './fast-clock';
import { LambdaFunction } from './lambda-function';
import { startS3Server } from './s3-server';
import type { S3Server } from './s3-server';

/**
 * The handler bundle between the emulator and an S3 server, everything over HTTP, by the fast clock. There are no rates unless a test
 * sets them.
 */
export interface Bench {
  readonly emulator: Emulator;
  readonly s3: S3Server;
  readonly handler: LambdaFunction;
  readonly rekognition: RekognitionClient;
  readonly lookoutvision: LookoutVisionClient;
  /** Another function with what the handler gets, ended with it. */
  startFunction(bundle: string, environment?: Record<string, string>): LambdaFunction;
  put(bucket: string, key: string, body: string | Buffer): Promise<void>;
  /** Keys in a bucket. */
  objects(bucket: string): Promise<string[]>;
  /** Entries of a dataset, without what the service adds. */
  entries(arn: string): Promise<string[]>;
  /** Sends lines by hand and waits for the end. */
  update(arn: string, lines: readonly string[]): Promise<void>;
  startUpdate(arn: string, lines: readonly string[]): Promise<void>;
  settle(arn: string): Promise<void>;
  deleteDataset(arn: string): Promise<void>;
  until(test: () => Promise<boolean>): Promise<void>;
  withTotalTimeout<T>(seconds: number, work: () => Promise<T>): Promise<T>;
  /** What the handler prints meanwhile. */
  logged<T>(work: () => Promise<T>): Promise<{ result: T; lines: string[] }>;
  close(): Promise<void>;
}

/** An hour, as the provider sets it. */
const TOTAL_TIMEOUT = '3600';
/** Milliseconds of the fast clock, so long that what is at work is seen at work. */
const REKOGNITION_LATENCY = {
  createProject: 200, deleteProject: 500, createDataset: 1000, createEmptyDataset: 500, updateDatasetEntries: 1000, deleteDataset: 1000,
};
const LOOKOUTVISION_LATENCY = { createDataset: 1000, updateDatasetEntries: 1000, rollback: 1000 };

export const BUNDLE = join(__dirname, '..', '..', 'assets', 'dataset-handler', 'index.js');

export async function startBench(): Promise<Bench> {
  if (!existsSync(BUNDLE)) throw new Error('the handler bundle is missing; run npm run build:handler first');
  const s3 = await startS3Server();
  const emulator = await startEmulator({ s3Endpoint: s3.url, settings: UNLIMITED, now: fastClock.now });
  Object.assign(emulator.settings.rekognition.latency, REKOGNITION_LATENCY);
  Object.assign(emulator.settings.lookoutvision.latency, LOOKOUTVISION_LATENCY);
  const environment = {
    AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_REKOGNITION: emulator.url, AWS_ENDPOINT_URL_LOOKOUTVISION: emulator.url, AWS_ENDPOINT_URL_S3: s3.url,
    STAGING_BUCKET: 'staging', TOTAL_TIMEOUT_SECONDS: TOTAL_TIMEOUT,
  };
  const functions: LambdaFunction[] = [];
  const startFunction: Bench['startFunction'] = (bundle, changes) => {
    functions.push(new LambdaFunction(bundle, { ...environment, ...changes }));
    return functions.at(-1)!;
  };
  const handler = startFunction(BUNDLE);
  const rekognition = rekognitionClient(emulator);
  const lookoutvision = lookoutClient(emulator);

  const bench: Bench = {
    emulator, s3, handler, rekognition, lookoutvision, startFunction,
    async put(bucket, key, body) { s3.objects.set(`${bucket}/${key}`, Buffer.from(body)); },
    async objects(bucket) {
      return [...s3.objects.keys()].filter((path) => path.startsWith(`${bucket}/`)).map((path) => path.slice(bucket.length + 1));
    },
    async entries(arn) {
      const found: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await rekognition.send(new ListDatasetEntriesCommand({ DatasetArn: arn, NextToken }));
        found.push(...page.DatasetEntries!.map(withoutAdditions));
        NextToken = page.NextToken;
      } while (NextToken);
      return found;
    },
    async startUpdate(arn, lines) {
      await rekognition.send(new UpdateDatasetEntriesCommand({ DatasetArn: arn, Changes: { GroundTruth: Buffer.from(`${lines.join('\n')}\n`) } }));
    },
    async update(arn, lines) {
      await bench.startUpdate(arn, lines);
      await bench.settle(arn);
    },
    async settle(arn) {
      await bench.until(async () => {
        const { DatasetDescription } = await rekognition.send(new DescribeDatasetCommand({ DatasetArn: arn }));
        return !DatasetDescription!.Status!.endsWith('_IN_PROGRESS');
      });
    },
    async deleteDataset(arn) {
      await rekognition.send(new DeleteDatasetCommand({ DatasetArn: arn }));
      await bench.until(async () => rekognition.send(new DescribeDatasetCommand({ DatasetArn: arn })).then(() => false, () => true));
    },
    async until(test) {
      for (const end = Date.now() + 30_000; !await test();) {
        if (Date.now() > end) throw new Error('waited for half a minute in vain');
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    },
    async withTotalTimeout(seconds, work) {
      handler.environment.TOTAL_TIMEOUT_SECONDS = String(seconds);
      try { return await work(); } finally { handler.environment.TOTAL_TIMEOUT_SECONDS = TOTAL_TIMEOUT; }
    },
    async logged(work) {
      handler.lines.length = 0;
      return { result: await work(), lines: [...handler.lines] };
    },
    async close() {
      await Promise.all(functions.map((started) => started.stop()));
      rekognition.destroy();
      lookoutvision.destroy();
      await emulator.close();
      await s3.close();
    },
  };
  return bench;
}

function withoutAdditions(entry: string): string {
  const { 'cl-metadata': _, ...line } = JSON.parse(entry);
  return JSON.stringify(line);
}
