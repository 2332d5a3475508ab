import { join } from 'node:path';
import { FOLDER } from '../folder';
import { measure, nodeJob } from '../measure';
import { byCpu, megabytes, seconds } from '../text';
import { answer } from './diff';
import type { Row, Setting } from './row';

/** What an update costs to find out when the index of the old manifest was kept: what the handler does. */
export async function storedIndex({ inputs, rounds }: Setting): Promise<Row[]> {
  const old = inputs.get('detection');
  const changed = inputs.get('detection-in-order');
  const index = join(FOLDER, 'detection.index');
  await measure(1, { index: await nodeJob('write-index', [old.path, index], { entries: old.lines }) });
  const { floor, engine } = await measure(rounds, {
    floor: await nodeJob('floor', [old.path, changed.path], { lines: old.lines + changed.lines }),
    engine: await nodeJob('engine-diff-index', [index, changed.path], answer(changed)),
  });
  return [{
    what: 'update diff, detection, with the stored index, against the floor of two files',
    measured: floor.seconds / engine.seconds, unit: 'x', goal: 'at least', must: 1.4, aim: 1.7,
    note: `${byCpu(floor, engine)}: ${seconds(engine)}, ${megabytes(engine.peakBytes)}; the floor ${seconds(floor)}`,
  }];
}
