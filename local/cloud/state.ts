import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isHealthy } from './engine';

/** What a second terminal needs to reach the running local cloud. */
export interface CloudState {
  /** Process that runs the cloud. */
  readonly pid: number;
  /** URL of every service but the vision services. */
  readonly endpoint: string;
  /** The whole environment for a command line that shall see this cloud. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The file that says which cloud runs for the project in this folder. */
export function stateFileOf(projectFolder: string): string {
  return join(projectFolder, '.local', 'cloud.json');
}

export async function writeState(file: string, state: CloudState): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(state, undefined, 2)}\n`);
}

/** The running cloud, or undefined; a file that a killed process has left is removed. */
export async function readState(file: string): Promise<CloudState | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = parse(text);
  if (state && await isHealthy(state.endpoint)) return state;
  await rm(file, { force: true });
  return undefined;
}

function parse(text: string): CloudState | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
