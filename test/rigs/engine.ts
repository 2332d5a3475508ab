import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../local/cloud/cloud';
import { startEngine } from '../../local/cloud/engine';
import type { EngineOptions } from '../../local/cloud/engine';
import { findPort } from '../../local/cloud/ports';
import { ensureVenv } from '../../local/venv';

/** MiniStack as the local cloud starts it, alone: without the vision services and without a bootstrapped account. */
export interface TestEngine {
  readonly url: string;
  /** What clients of the AWS SDK take: nothing is tried again. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string }; maxAttempts: number };
  /** A folder for files of the test, removed in the end. */
  readonly folder: string;
  /** What it has printed until now. */
  log(): string;
  stop(): Promise<void>;
}

export async function startTestEngine(options: Partial<Pick<EngineOptions, 'launcher' | 'concurrentExecutions'>> = {}): Promise<TestEngine> {
  const python = await ensureVenv(join(PROJECT_FOLDER, '.local', 'venv'), join(PROJECT_FOLDER, 'local', 'cloud', 'requirements.txt'));
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-test-'));
  const address = { endpoint: url, visionEndpoint: url, runFolder: folder };
  const engine = await startEngine({ python, port, address, nodeModules: join(PROJECT_FOLDER, 'node_modules'), ...options });
  return {
    url,
    folder,
    client: { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' }, maxAttempts: 1 },
    log: () => readFileSync(engine.logFile, 'utf8'),
    async stop() {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
