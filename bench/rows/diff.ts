import type { Input } from '../inputs/catalogue';
import type { DiffAnswer } from '../jobs/answers';
import { measure, nodeJob, pythonJob } from '../measure';
import type { Cost, Job } from '../measure';
import { byCpu, megabytes, seconds, times } from '../text';
import type { Row, Setting } from './row';

const GOALS = {
  detection: { inOrder: [0.70, 0.90], shuffled: [0.55, 0.75], naive: [8, 11] },
  classification: { inOrder: [0.55, 0.75], shuffled: [0.45, 0.65], naive: [4.5, 6.5] },
} as const;

/** What an update of 0.3 % of the lines costs to find out, when both manifests are read. */
export async function diff(setting: Setting): Promise<Row[]> {
  return [...await ofKind(setting, 'detection'), ...await ofKind(setting, 'classification')];
}

async function ofKind({ inputs, rounds }: Setting, kind: keyof typeof GOALS): Promise<Row[]> {
  const old = inputs.get(kind);
  const inOrder = inputs.get(`${kind}-in-order`);
  const shuffled = inputs.get(`${kind}-shuffled`);
  const job = (name: string, input: Input): Promise<Job> => nodeJob(name, [old.path, input.path], answer(input));
  const costs = await measure(rounds, {
    floor: await nodeJob('floor', [old.path, inOrder.path], { lines: old.lines + inOrder.lines }),
    inOrder: await job('engine-diff', inOrder),
    shuffled: await job('engine-diff', shuffled),
    naive: await job('naive-diff', inOrder),
    naiveShuffled: await job('naive-diff', shuffled),
    python: pythonJob('diff', [old.path, inOrder.path], answer(inOrder)),
  });

  const goals = GOALS[kind];
  const row = (order: 'in order' | 'shuffled', against: string, cost: Cost, baseline: Cost, unit: string, [must, aim]: readonly [number, number]): Row => ({
    what: `update diff, ${kind}, ${order}, against ${against}`,
    measured: baseline.seconds / cost.seconds, unit, goal: 'at least', must, aim,
    note: `${byCpu(baseline, cost)}: ${seconds(cost)}, ${megabytes(cost.peakBytes)}; ${against} ${seconds(baseline)}, ${megabytes(baseline.peakBytes)}`
      + (against === 'naive Node' ? `; Python ${seconds(costs.python)}, ${megabytes(costs.python.peakBytes)}, ${times(costs.python.seconds / cost.seconds)}` : ''),
  });
  return [
    row('in order', 'the floor', costs.inOrder, costs.floor, '', goals.inOrder),
    row('shuffled', 'the floor', costs.shuffled, costs.floor, '', goals.shuffled),
    row('in order', 'naive Node', costs.inOrder, costs.naive, 'x', goals.naive),
    row('shuffled', 'naive Node', costs.shuffled, costs.naiveShuffled, 'x', goals.naive),
  ];
}

export function answer({ added, changed, removed, sentBytes, sentHash }: Input): DiffAnswer {
  return { added, changed, removed, sentBytes, sentHash };
}
