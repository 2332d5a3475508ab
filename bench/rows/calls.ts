import { REKOGNITION_LIMITS } from '../../lib/manifest';
import { Cloud } from '../cloud/cloud';
import type { Input } from '../inputs/catalogue';
import type { Row, Setting } from './row';

/** How many calls that write an update makes, by the emulator's own log. */
export async function calls({ inputs }: Setting): Promise<Row[]> {
  const [first, second] = [inputs.get('part'), inputs.get('part-changed')];
  const cloud = await Cloud.start();
  try {
    const handler = cloud.function();
    const before = cloud.properties(await cloud.put(first.path, 'first.manifest'));
    const same = cloud.properties(await cloud.put(first.path, 'same.manifest'));
    const after = cloud.properties(await cloud.put(second.path, 'second.manifest'));
    await handler.deploy(before);

    await cloud.forgetCalls();
    await handler.deploy(same, before);
    const equal = (await cloud.writes()).length;

    await cloud.forgetCalls();
    await handler.deploy(after, same);
    const writes = await cloud.writes();
    const sizes: number[] = writes.map(({ request }) => request.Changes.bytes);
    if (sum(sizes) !== second.sentBytes) throw new Error(`${sum(sizes)} bytes were sent, where ${second.sentBytes} had changed`);
    const least = leastCalls(second);
    return [
      row('writes of an update with equal content', equal, 0, 'the same manifest under another key'),
      row('writes of an update with many changes', writes.length, least,
        `${second.sentBytes} changed bytes, at most ${REKOGNITION_LIMITS.chunkBytes} a call; the largest had ${Math.max(...sizes)}`),
    ];
  } finally {
    await cloud.stop();
  }
}

/** No way of sending the changed lines has fewer calls. */
export function leastCalls({ sentBytes }: Input): number {
  return Math.ceil(sentBytes / REKOGNITION_LIMITS.chunkBytes);
}

function row(what: string, measured: number, least: number, note: string): Row {
  return { what, measured, unit: '', goal: 'at most', must: least, aim: least, note };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
