import { join } from 'node:path';
import { FOLDER } from '../folder';
import { measure, nodeJob } from '../measure';
import { byCpu, seconds } from '../text';
import { checked } from './check';
import type { Row, Setting } from './row';

/** What `cdk synth` costs of a stack with a large manifest: the first time, and when cdk.out has the manifest already. */
export async function synth({ inputs, rounds }: Setting): Promise<Row[]> {
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
