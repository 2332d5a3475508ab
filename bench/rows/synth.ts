import { join } from 'node:path';
import { FOLDER } from '../folder';
import { imageDirectory } from '../inputs/image-directory';
import { measure, nodeJob } from '../measure';
import { byCpu, seconds } from '../text';
import { checked } from './check';
import type { Row, Setting } from './row';

/** What a large manifest costs `cdk synth`: the first time, and when cdk.out has it already. */
export async function synth(setting: Setting): Promise<Row[]> {
  return [...await whole(setting), ...await split(setting)];
}

async function whole({ inputs, rounds }: Setting): Promise<Row[]> {
  const input = inputs.get('detection');
  const outdir = join(FOLDER, 'cdk.out');
  const { check, first, again } = await measure(rounds, {
    check: await nodeJob('engine-check', [input.path], checked(input)),
    first: await nodeJob('synth', [input.path, outdir, 'fresh'], { resources: 1 }),
    again: await nodeJob('synth', [input.path, outdir, 'again'], { resources: 1 }),
  });
  const row = (what: string, cost: typeof first): Row => ({
    what: `synth, 250,000 lines, ${what}, against the full check`,
    measured: cost.seconds / check.seconds, unit: 'x', goal: 'at most', must: 1.5, aim: 1.5,
    note: `${byCpu(cost, check)}: ${seconds(cost)}; the check ${seconds(check)}`,
  });
  return [row('cdk.out has the manifest', again), row('empty cdk.out', first)];
}

/** Both sides of a split, with images that are looked at. */
async function split({ inputs, rounds }: Setting): Promise<Row[]> {
  const input = inputs.get('detection');
  const parameters = [input.path, imageDirectory(input.lines), join(FOLDER, 'split.out')];
  const { check, first, again } = await measure(rounds, {
    check: await nodeJob('engine-check', [input.path], checked(input)),
    first: await nodeJob('split-synth', [...parameters, 'fresh'], { datasets: 2 }),
    again: await nodeJob('split-synth', [...parameters, 'again'], { datasets: 2 }),
  });
  const row = (what: string, cost: typeof first, most: number): Row => ({
    what: `train and test of one split with Images.fromDirectory, 250,000 lines, ${what}, against one full check`,
    measured: cost.seconds / check.seconds, unit: 'x', goal: 'at most', must: most, aim: most,
    note: `${byCpu(cost, check)}: ${seconds(cost)}; the check ${seconds(check)}`,
  });
  return [row('cdk.out has them', again, 1.6), row('empty cdk.out', first, 3)];
}
