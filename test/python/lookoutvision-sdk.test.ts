import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator, UNLIMITED } from '../../local/emulator';
import { OPERATIONS } from '../../local/emulator/lookoutvision/operations';
import { ensureVenv } from '../../local/venv';
import { startS3Server } from '../rigs/s3-server';

const SCRIPTS = join(__dirname, '..', 'rigs', 'lookoutvision-sdk');
const VENV = join(__dirname, '..', '..', '.local', 'lookoutvision-sdk-venv');

test('the awslabs Python SDK makes, changes and deletes projects and datasets from folders of a bucket', async () => {
  const python = await ensureVenv(VENV, join(SCRIPTS, 'requirements.txt'));
  const s3 = await startS3Server();
  const latency = { createDataset: 50, updateDatasetEntries: 50, rollback: 50, trainModel: 500 };
  const emulator = await startEmulator({ s3Endpoint: s3.url, settings: { lookoutvision: { ...UNLIMITED.lookoutvision, latency } } });
  try {
    for (let i = 0; i < 1001; i++) s3.objects.set(`many/training/normal/${String(i).padStart(4, '0')}.png`, Buffer.from('png'));
    s3.objects.set('many/training/anomaly/0.png', Buffer.from('png'));

    const { stdout } = await promisify(execFile)(python, ['-B', join(SCRIPTS, 'run.py')], {
      env: {
        PATH: process.env.PATH,
        HOME: VENV, // no configuration of whoever runs this
        MPLBACKEND: 'agg',
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ENDPOINT_URL_LOOKOUTVISION: emulator.url,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
      },
    });
    const summary = JSON.parse(stdout);
    console.log(`lookoutvision ${summary.lookoutvision} with boto3 ${summary.boto3}: ${summary.checks} checks, ${emulator.requests().length} calls`);
    expect(summary).toEqual({ lookoutvision: '0.1.10', boto3: '1.40.60', checks: expect.any(Number) });

    const calls = emulator.requests();
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(['lookoutvision']));
    expect([...new Set(calls.map(({ operation }) => operation))].sort()).toEqual(Object.keys(OPERATIONS).sort());
    const [withToken, without] = [true, false].map((has) =>
      [...new Set(calls.filter(({ status, request }) => status < 300 && 'ClientToken' in request === has).map(({ operation }) => operation))].sort());
    expect(withToken).toEqual(['CreateDataset', 'CreateModel', 'CreateProject', 'DeleteDataset', 'DeleteModel', 'DeleteProject', 'UpdateDatasetEntries']);
    expect(without).toEqual(expect.not.arrayContaining(withToken));
  } finally {
    await emulator.close();
    await s3.close();
  }
}, 900_000);
