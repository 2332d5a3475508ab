import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloudEnvironment } from './environment';
import type { CloudAddress } from './environment';
import { HOST } from './ports';

const HEALTHY_WITHIN_MS = 60_000;

export interface EngineOptions {
  /** Python interpreter that has the packages of requirements.txt. */
  readonly python: string;
  /** Free port of 127.0.0.1. */
  readonly port: number;
  readonly address: CloudAddress;
  /** Executions of functions that the account allows at the same time; absent: ten, as a new account has; 0: any number. */
  readonly concurrentExecutions?: number;
  /** `node_modules` folder where CDK's own functions find the AWS SDK, as they do in Lambda. */
  readonly nodeModules: string;
  /** Python program to run in the place of ministack_launcher.py; it does what that does, and more. */
  readonly launcher?: string;
}

/** MiniStack, running. */
export interface Engine {
  /** What MiniStack and the functions it runs have printed. */
  readonly logFile: string;
  /** Ends it and every process it started. */
  stop(): Promise<void>;
}

/**
 * Starts MiniStack: CloudFormation, S3, Lambda, Step Functions, IAM, STS and more, in memory, functions as plain processes.
 *
 * It listens on its one port of 127.0.0.1 only, and uses no Docker even where there is one.
 *
 * @throws Error when it ends or does not answer within a minute, with the last lines of its log, and on Windows
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { address, port } = options;
  if (process.platform === 'win32') throw new Error('the local cloud runs on Linux and macOS only; on Windows, start it in WSL');
  const logFile = join(address.runFolder, 'ministack.log');
  const launcher = options.launcher ?? join(__dirname, 'ministack_launcher.py');
  const engine = spawn(options.python, [launcher, address.runFolder], {
    cwd: address.runFolder,
    // Its own process group, so that a Ctrl-C on the terminal reaches us alone and we end it in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...cloudEnvironment(address),
      BIND_HOST: HOST,
      MINISTACK_HOST: HOST,
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      LAMBDA_ACCOUNT_CONCURRENCY: String(options.concurrentExecutions ?? 10),
      DOCKER_HOST: `unix://${join(address.runFolder, 'no-docker.sock')}`,
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      NODE_PATH: options.nodeModules,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
    },
  });
  const log = createWriteStream(logFile);
  engine.stdout.pipe(log, { end: false });
  engine.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => {
    engine.once('error', () => resolve());
    engine.once('close', () => resolve());
  });
  engine.stdin.on('error', () => { /* It is gone already. */ });

  const stop = async (): Promise<void> => {
    // The launcher ends its process group when its standard input ends.
    engine.stdin.end();
    const force = setTimeout(() => killGroup(engine.pid), 5000);
    await ended;
    clearTimeout(force);
    log.end();
  };

  let gone = false;
  void ended.then(() => { gone = true; });
  const giveUp = Date.now() + HEALTHY_WITHIN_MS;
  while (!await isHealthy(address.endpoint)) {
    if (gone || Date.now() > giveUp) {
      const last = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-8).join('\n');
      await stop();
      throw new Error(`MiniStack ${gone ? 'ended at once' : `did not answer at ${address.endpoint} within a minute`}; the end of its log:\n${last}`);
    }
    await sleep(50);
  }
  return { logFile, stop };
}

/** Whether MiniStack answers there. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.ok, () => false);
}

/** Ends a process that was spawned detached, with everything it started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
