/** A measured job, in a process of its own: `node main.js <job> <arguments…>` prints one line of JSON. */
import { peakMemory } from '../peak-memory';
import { cocoConvert, cocoParse } from './coco';
import { engineCheck, engineDiff, engineDiffWithIndex, writeIndex } from './engine';
import { floor } from './floor';
import { naiveCheck, naiveDiff } from './naive';

type Job = (...parameters: string[]) => unknown;

/** Loading a job and preparing it is no part of its time. */
const JOBS: Record<string, (parameters: readonly string[]) => Promise<Job>> = {
  'floor': async () => floor,
  'naive-check': async () => naiveCheck,
  'naive-diff': async () => naiveDiff,
  'engine-check': async () => engineCheck,
  'engine-diff': async () => engineDiff,
  'engine-diff-index': async () => engineDiffWithIndex,
  'coco-convert': async () => cocoConvert,
  'coco-parse': async () => cocoParse,
  'write-index': async () => writeIndex,
  'synth': async () => (await import('./synth.js')).synth,
  'split-synth': async (parameters) => (await import('./split-synth.js')).prepareSplitSynth(parameters),
};

async function main([name, ...parameters]: string[]): Promise<void> {
  const job = await JOBS[name](parameters);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const answer = await job(...parameters);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ answer, seconds, cpuSeconds: (user + system) / 1e6, peakBytes: peakMemory() }));
}

void main(process.argv.slice(2));
