import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { compile } from './build';
import { ROOT } from './folder';
import type { DiffAnswer, CheckAnswer } from './jobs/answers';
import { progress } from './progress';

/** A program that answers, and says what the answer cost. */
export interface Job {
  readonly command: readonly string[];
  /** The only right answer. */
  readonly expect: DiffAnswer | CheckAnswer | Readonly<Record<string, number>>;
  /** So slow that one round is enough. */
  readonly once?: boolean;
}

/** Medians over the rounds. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak of the resident memory. */
  readonly peakBytes: number;
}

export async function nodeJob(name: string, parameters: readonly string[], expect: Job['expect']): Promise<Job> {
  return { command: [process.execPath, await compile('jobs'), name, ...parameters], expect };
}

export function pythonJob(name: string, parameters: readonly string[], expect: Job['expect']): Job {
  return { command: ['python3', join(ROOT, 'bench', 'jobs', 'sample.py'), name, ...parameters], expect, once: true };
}

/**
 * Runs jobs in turns, each in a process of its own: whatever else the machine does meets all of them.
 *
 * @throws Error when a job answers wrongly
 */
export async function measure<Name extends string>(rounds: number, jobs: Readonly<Record<Name, Job>>): Promise<Record<Name, Cost>> {
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, job] of Object.entries<Job>(jobs)) {
      if (round > 0 && job.once) continue;
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      costs.set(name, [...costs.get(name) ?? [], await run(job)]);
    }
  }
  const medians = [...costs].map(([name, all]) => [name, {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: median(all.map(({ peakBytes }) => peakBytes)),
  }]);
  return Object.fromEntries(medians);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function run({ command: [program, ...parameters], expect }: Job): Promise<Cost> {
  const { stdout } = await promisify(execFile)(program, parameters);
  const { answer, ...cost } = JSON.parse(stdout);
  if (!isDeepStrictEqual(answer, expect)) {
    throw new Error(`${[program, ...parameters].join(' ')} answered ${JSON.stringify(answer)}, but ${JSON.stringify(expect)} is right`);
  }
  return cost;
}
