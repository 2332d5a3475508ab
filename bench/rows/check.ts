import type { Input } from '../inputs/catalogue';
import { EXPORTED_FROM } from '../inputs/lines';
import { IMAGES } from '../jobs/answers';
import type { CheckAnswer } from '../jobs/answers';
import { measure, nodeJob, pythonJob } from '../measure';
import { byCpu, megabytes, seconds, times } from '../text';
import type { Row, Setting } from './row';

const GOALS = { detection: { floor: [0.35, 0.5], naive: [3.8, 5] }, classification: { floor: [0.30, 0.4], naive: [2.5, 3.5] } } as const;
const HEAD = `s3://${IMAGES.bucket}/${IMAGES.prefix}`;

/** What it costs to check, resolve and index every line. */
export async function check(setting: Setting): Promise<Row[]> {
  return [...await ofKind(setting, 'detection'), ...await ofKind(setting, 'classification')];
}

async function ofKind({ inputs, rounds }: Setting, kind: keyof typeof GOALS): Promise<Row[]> {
  const input = inputs.get(kind);
  const { floor, engine, naive, python } = await measure(rounds, {
    floor: await nodeJob('floor', [input.path], { lines: input.lines }),
    engine: await nodeJob('engine-check', [input.path], checked(input)),
    naive: await nodeJob('naive-check', [input.path], checked(input)),
    python: pythonJob('check', [input.path, EXPORTED_FROM, HEAD], checked(input)),
  });
  const own = `${seconds(engine)}, ${megabytes(engine.peakBytes)}`;
  return [
    {
      what: `full check, rewrite and index, ${kind}, against the floor`,
      measured: floor.seconds / engine.seconds, unit: '', goal: 'at least', must: GOALS[kind].floor[0], aim: GOALS[kind].floor[1],
      note: `${byCpu(floor, engine)}: ${own}; the floor ${seconds(floor)}`,
    },
    {
      what: `full check, rewrite and index, ${kind}, against naive Node`,
      measured: naive.seconds / engine.seconds, unit: 'x', goal: 'at least', must: GOALS[kind].naive[0], aim: GOALS[kind].naive[1],
      note: `${byCpu(naive, engine)}: ${own}; naive Node ${seconds(naive)}, ${megabytes(naive.peakBytes)}; Python ${seconds(python)}, ${times(python.seconds / engine.seconds)}`,
    },
  ];
}

/** The right answer of a full check. */
export function checked({ lines, bytes }: Input): CheckAnswer {
  return { entries: lines, bytes: bytes + lines * (HEAD.length - EXPORTED_FROM.length), labels: 16, problems: 0 };
}
