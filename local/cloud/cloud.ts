import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmulator } from '../emulator/emulator';
import type { Emulator } from '../emulator/emulator';
import { ensureVenv } from '../venv';
import { reasonOf, runCdk } from './cdk';
import type { CdkResult } from './cdk';
import { startEngine } from './engine';
import { ACCOUNT, cloudEnvironment, REGION } from './environment';
import { findPort, HOST } from './ports';
import { silently } from './step';
import type { Step } from './step';

/** Root of this project: its node_modules, its example app, its `.local` folder. */
export const PROJECT_FOLDER = resolve(__dirname, '..', '..');

export interface CloudOptions {
  /** Port for every service but the vision services; absent: a free one. */
  readonly port?: number;
  /** Shows the steps; absent: nothing is shown. */
  readonly step?: Step;
  /** Stops the start at the next occasion; what was started is ended. */
  readonly signal?: AbortSignal;
  /** Executions of functions that the account allows at the same time; absent: ten, as a new account has; 0: any number. */
  readonly concurrentExecutions?: number;
  /** Python program that starts MiniStack; absent: ministack_launcher.py. */
  readonly launcher?: string;
}

/** A local cloud: CloudFormation and what it needs, the emulated vision services, a bootstrapped account. */
export interface Cloud {
  /** URL of every service but the vision services. */
  readonly endpoint: string;
  /** The emulated vision services, which run in this process. */
  readonly emulator: Emulator;
  /** The whole environment for a command line that shall see this cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for files of this run; removed by close(). */
  readonly runFolder: string;
  /** What MiniStack and the functions it runs have printed. */
  readonly logFile: string;
  /**
   * Runs the real aws-cdk command line against this cloud, whatever its exit code.
   *
   * @param folder folder whose cdk.json names the app; default: this project
   */
  cdk(args: readonly string[], onLine?: (line: string) => void, folder?: string): Promise<CdkResult>;
  /** Ends every process, frees the ports and removes every file. */
  close(): Promise<void>;
}

/**
 * Starts the local cloud on free ports of 127.0.0.1 and bootstraps its account.
 *
 * The Python packages it needs are installed once, into `.local/venv` of this project.
 *
 * @throws Error when Python is missing or too old, the port is taken, or a part does not start; nothing is left behind
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { concurrentExecutions, launcher, signal, step = silently } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const port = await findPort(options.port);
    const python = await step('Python environment', () =>
      ensureVenv(join(PROJECT_FOLDER, '.local', 'venv'), join(__dirname, 'requirements.txt')));
    signal?.throwIfAborted();

    const { address, emulator, logFile } = await step('Local cloud', async () => {
      const runFolder = await mkdtemp(join(tmpdir(), 'cdk-vision-datasets-cloud-'));
      closers.push(() => rm(runFolder, { recursive: true, force: true, maxRetries: 5 }));
      const endpoint = `http://${HOST}:${port}`;
      const services = await startEmulator({ s3Endpoint: endpoint, account: ACCOUNT, region: REGION });
      closers.push(() => services.close());
      const urls = { endpoint, visionEndpoint: services.url, runFolder };
      const engine = await startEngine({ python, port, address: urls, nodeModules: join(PROJECT_FOLDER, 'node_modules'), concurrentExecutions, launcher });
      closers.push(() => engine.stop());
      return { address: urls, emulator: services, logFile: engine.logFile };
    });
    signal?.throwIfAborted();

    const stopping = new AbortController();
    signal?.addEventListener('abort', () => stopping.abort());
    closers.push(async () => stopping.abort());
    const environment = cloudEnvironment(address);
    let runs = 0;
    const cdk: Cloud['cdk'] = async (args, onLine, folder = PROJECT_FOLDER) => {
      // Runs at the same time would lock each other out of one output folder.
      const output = join(address.runFolder, `cdk.out.${runs++}`);
      return runCdk(args, { folder, environment: { ...environment, CDK_OUTPUT: output }, signal: stopping.signal, onLine });
    };

    await step('Bootstrap', async (at) => {
      const { exitCode, output } = await cdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], (line) => at(line.trim()), address.runFolder);
      signal?.throwIfAborted();
      if (exitCode !== 0) throw new Error(`cdk bootstrap failed:\n${reasonOf(output)}`);
    });
    return { endpoint: address.endpoint, emulator, environment, runFolder: address.runFolder, logFile, cdk, close };
  } catch (error) {
    await close();
    throw error;
  }
}
