import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { killGroup } from './engine';

export interface CdkOptions {
  /** Folder whose cdk.json names the app. */
  readonly folder: string;
  /** The whole environment of the command line. */
  readonly environment: Record<string, string>;
  /** Ends the command line, and the app it runs, at once. */
  readonly signal?: AbortSignal;
  /** Sees each line while it comes. Absent with `inherit`. */
  readonly onLine?: (line: string) => void;
}

export interface CdkResult {
  readonly exitCode: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** The aws-cdk command line this project has pinned. */
const CDK = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');

/** Runs the real aws-cdk command line to its end, whatever its exit code is. */
export async function runCdk(args: readonly string[], options: CdkOptions): Promise<CdkResult> {
  const cli = spawn(process.execPath, [CDK, ...args], {
    cwd: options.folder,
    env: options.environment,
    // Its own process group, so that a Ctrl-C on the terminal reaches us alone and we end it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => killGroup(cli.pid);
  options.signal?.addEventListener('abort', end);
  process.on('exit', end);
  let output = '';
  for (const stream of [cli.stdout, cli.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach((line) => options.onLine?.(line));
    });
  }
  try {
    return await new Promise((resolve, reject) => {
      cli.once('error', reject);
      cli.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
    });
  } finally {
    options.signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

/** Runs the real aws-cdk command line on the user's terminal. */
export async function runCdkOnTerminal(args: readonly string[], options: CdkOptions): Promise<number> {
  const cli = spawn(process.execPath, [CDK, ...args], { cwd: options.folder, env: options.environment, stdio: 'inherit' });
  // The terminal sends Ctrl-C to the command line too, and we end when it does.
  const wait = (): void => {};
  process.on('SIGINT', wait);
  try {
    return await new Promise((resolve, reject) => {
      cli.once('error', reject);
      cli.once('close', (code) => resolve(code ?? 130));
    });
  } finally {
    process.off('SIGINT', wait);
  }
}

/** Why a run failed, out of all it printed: CloudFormation's reasons or the app's error, without traces and progress. */
export function reasonOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const noise = /^\s*$|^\s+at |^Node\.js v|^Logs: |^npm |: Subprocess exited with error/;
  const failed = lines.indexOf('Failed resources:');
  const verdict = lines.findIndex((line) => line.startsWith('❌'));
  if (failed >= 0 && verdict > failed) return lines.slice(failed + 1, verdict).filter((line) => !noise.test(line)).join('\n');
  const error = lines.findIndex((line) => /^(\w*Error\b|ERROR |❌)/.test(line));
  return lines.slice(Math.max(0, error)).filter((line) => !noise.test(line)).slice(error < 0 ? -10 : 0).slice(0, 20).join('\n');
}
