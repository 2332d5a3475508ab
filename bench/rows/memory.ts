import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Cloud } from '../cloud/cloud';
import type { Input } from '../inputs/catalogue';
import { median } from '../measure';
import { progress } from '../progress';
import { megabytes } from '../text';
import type { Row, Setting } from './row';

const SIZES = ['classification', 'detection', 'dense'] as const;

/** Rounds cost minutes here, and peaks hardly differ between them. */
const MOST_ROUNDS = 3;

interface Peaks {
  readonly create: number[];
  readonly update: number[];
  readonly seconds: { create: number; update: number };
}

/** Peak of the handler's memory with manifests of about 100 MB, 300 MB and 1 GB, compressed ones as Manifest.fromFile deploys them. */
export async function memory({ inputs, rounds }: Setting): Promise<Row[]> {
  const rows: Row[] = [];
  for (const compressed of [false, true]) {
    const peaks = new Map<string, Peaks>();
    for (const name of SIZES) {
      peaks.set(name, await peaksOf(inputs.get(name), inputs.get(`${name}-changed`), compressed, Math.min(rounds, MOST_ROUNDS)));
    }
    const top = ({ create, update }: Peaks) => Math.max(median(create), median(update)) / 1e6;
    const all = [...peaks.values()];
    const note = SIZES.map((name) => {
      const { create, update, seconds } = peaks.get(name)!;
      return `${megabytes(inputs.get(name).bytes)}: create ${megabytes(median(create))} in ${seconds.create.toFixed(1)} s, update ${megabytes(median(update))} in ${seconds.update.toFixed(1)} s`;
    }).join('; ');
    const form = compressed ? 'gzip' : 'plain';
    rows.push(
      { what: `peak memory of the handler, any file to 1 GB, ${form}`, measured: Math.max(...all.map(top)), unit: 'MB', goal: 'at most', must: 160, aim: 140, note },
      { what: `its growth from 100 MB to 1 GB, ${form}`, measured: top(all[2]) - top(all[0]), unit: 'MB', goal: 'at most', must: 15, aim: 5, note: 'as above' },
    );
  }
  return rows;
}

async function peaksOf(first: Input, second: Input, compressed: boolean, rounds: number): Promise<Peaks> {
  const create: number[] = [];
  const update: number[] = [];
  const cloud = await Cloud.start();
  let seconds = { create: 0, update: 0 };
  try {
    const before = cloud.properties(await cloud.put(...await stored(first, 'first.manifest', compressed)));
    const after = cloud.properties(await cloud.put(...await stored(second, 'second.manifest', compressed)));
    for (let round = 0; round < rounds; round++) {
      progress(`memory, ${megabytes(first.bytes)}${compressed ? ' compressed' : ''}, round ${round + 1} of ${rounds}`);
      const [creator, updater] = [cloud.function(), cloud.function()];
      const created = await creator.deploy(before);
      await cloud.forgetCalls();
      const updated = await updater.deploy(after, before);
      const [{ request }] = await cloud.writes();
      if (created.entries !== first.lines || updated.entries !== second.lines || request.Changes.GroundTruth.bytes !== second.sentBytes) {
        throw new Error(`the dataset of ${first.path} is not what it should be`);
      }
      create.push(creator.peakBytes);
      update.push(updater.peakBytes);
      seconds = { create: created.seconds, update: updated.seconds };
      await updater.destroy(after);
      await Promise.all([creator.stop(), updater.stop()]);
    }
  } finally {
    await cloud.stop();
  }
  return { create, update, seconds };
}

/** The file to put, and its key. */
async function stored({ path }: Input, key: string, compressed: boolean): Promise<[string, string]> {
  if (!compressed) return [path, key];
  const zipped = `${path}.gz`;
  if (!existsSync(zipped)) await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(zipped));
  return [zipped, `${key}.gz`];
}
