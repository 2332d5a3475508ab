import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compile } from '../build';
import { ROOT } from '../folder';
import { median } from '../measure';
import { progress } from '../progress';
import type { Row, Setting } from './row';

/** The handler as it is shipped. */
export const BUNDLE = join(ROOT, 'assets', 'dataset-handler', 'index.js');

const LOADS_A_ROUND = 5;
const TIMED_REQUIRE = 'const began = performance.now(); require(process.argv[1]); console.log(performance.now() - began)';

/** Size of the handler, and how long a fresh process needs to load it. */
export async function bundle({ rounds }: Setting): Promise<Row[]> {
  if (!existsSync(BUNDLE)) throw new Error('the handler bundle is missing; run npm run build:handler first');
  const unbundled = await compile('unbundled-handler');
  const bundledTimes: number[] = [];
  const unbundledTimes: number[] = [];
  for (let round = 0; round < rounds * LOADS_A_ROUND; round++) {
    progress(`load ${round + 1} of ${rounds * LOADS_A_ROUND}`);
    bundledTimes.push(await loadTime(BUNDLE));
    unbundledTimes.push(await loadTime(unbundled));
  }
  const kilobytes = statSync(BUNDLE).size / 1000;
  const [own, other] = [median(bundledTimes), median(unbundledTimes)];
  return [
    { what: 'handler bundle', measured: kilobytes, unit: 'kB', goal: 'at most', must: 513, aim: 350, note: 'minified, clients of three services included' },
    {
      what: 'load time of the bundle against the same SDK clients unbundled',
      measured: own / other, unit: 'x', goal: 'at most', must: 0.7, aim: 0.5,
      note: `${own.toFixed(0)} ms; unbundled ${other.toFixed(0)} ms; ${bundledTimes.length} fresh processes each`,
    },
  ];
}

async function loadTime(file: string): Promise<number> {
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', TIMED_REQUIRE, file], { env });
  return Number(stdout);
}
