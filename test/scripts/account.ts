import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../../local/cloud/cloud';
import { startEngine } from '../../local/cloud/engine';
import { ACCOUNT, cloudEnvironment, REGION } from '../../local/cloud/environment';
import { findPort, HOST } from '../../local/cloud/ports';
import { startEmulator, UNLIMITED } from '../../local/emulator';
import type { Emulator } from '../../local/emulator';
import { ensureVenv } from '../../local/venv';
import type { Clock } from '../../scripts/verify-on-aws/clock';

/** An account to run in: S3, IAM and STS of MiniStack, which holds every call to the policies of its caller, and the emulator. */
export interface Account {
  readonly emulator: Emulator;
  /** The whole environment of a program that shall see it; the emulator asks nobody for permissions. */
  readonly environment: Readonly<Record<string, string>>;
  /** URL of the emulator behind the policies. */
  readonly authorized: string;
  /** Stands still between its sleeps, which take next to no time; the emulator goes by it. */
  readonly clock: Clock;
  /** Actions on S3 that CreateDataset asks of its caller. */
  requireForManifests(actions: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startAccount(): Promise<Account> {
  const runFolder = await mkdtemp(join(tmpdir(), 'cdk-vision-datasets-account-'));
  const endpoint = `http://${HOST}:${await findPort()}`;
  let now = Date.now();
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      now += ms;
      await wait(2, undefined, { signal });
    },
  };
  const emulator = await startEmulator({ s3Endpoint: endpoint, account: ACCOUNT, region: REGION, now: clock.now, settings: UNLIMITED });
  const address = { endpoint, visionEndpoint: emulator.url, runFolder };
  const engine = await startEngine({
    python: await ensureVenv(join(PROJECT_FOLDER, '.local', 'venv'), join(PROJECT_FOLDER, 'local', 'cloud', 'requirements.txt')),
    port: Number(new URL(endpoint).port),
    address,
    nodeModules: join(PROJECT_FOLDER, 'node_modules'),
    launcher: join(PROJECT_FOLDER, 'test', 'rigs', 'authorizer', 'authorized_launcher.py'),
  });
  const vision = readFileSync(join(runFolder, 'vision-endpoint'), 'utf8');
  return {
    emulator,
    environment: cloudEnvironment(address),
    authorized: vision,
    clock,
    requireForManifests: async (actions) => {
      await fetch(`${vision}/_authorizer/manifest-actions`, { method: 'POST', body: JSON.stringify(actions) });
    },
    close: async () => {
      await engine.stop();
      await emulator.close();
      await rm(runFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
