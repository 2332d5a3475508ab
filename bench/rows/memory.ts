import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Cloud } from '../cloud/cloud';
import type { Input } from '../inputs/catalogue';
import { progress } from '../progress';
import { megabytes } from '../text';
import type { Row, Setting } from './row';

const SIZES = ['classification', 'detection', 'dense'] as const;

interface Use {
  readonly peakBytes: number;
  readonly seconds: number;
}

/**
 * Peak of the handler's memory with manifests of about 100 MB, 300 MB and 1 GB, as they are and compressed, as Manifest.fromFile
 * deploys them. Peaks hardly differ from one run to the next, and each takes minutes: there is one round.
 */
export async function memory({ inputs }: Setting): Promise<Row[]> {
  const rows: Row[] = [];
  for (const form of ['plain', 'gzip'] as const) {
    const peaks: number[] = [];
    const notes: string[] = [];
    for (const name of SIZES) {
      const first = inputs.get(name);
      progress(`memory, ${megabytes(first.bytes)}, ${form}`);
      const { create, update } = await createAndUpdate(first, inputs.get(`${name}-changed`), form === 'gzip');
      peaks.push(Math.max(create.peakBytes, update.peakBytes) / 1e6);
      notes.push(`${megabytes(first.bytes)}: create ${figures(create)}, update ${figures(update)}`);
    }
    const note = notes.join('; ');
    const [smallest, , largest] = peaks;
    rows.push(
      { what: `peak memory of the handler, any file to 1 GB, ${form}`, measured: Math.max(...peaks), unit: 'MB', goal: 'at most', must: 160, aim: 140, note },
      { what: `its growth from 100 MB to 1 GB, ${form}`, measured: largest - smallest, unit: 'MB', goal: 'at most', must: 15, aim: 5, note: 'as above' },
    );
  }
  return rows;
}

async function createAndUpdate(first: Input, second: Input, compressed: boolean): Promise<{ create: Use; update: Use }> {
  const cloud = await Cloud.start();
  try {
    const before = cloud.properties(await cloud.put(...await stored(first, 'first.manifest', compressed)));
    const after = cloud.properties(await cloud.put(...await stored(second, 'second.manifest', compressed)));
    const [creator, updater] = [cloud.function(), cloud.function()];
    const created = await creator.deploy(before);
    await cloud.forgetCalls();
    const updated = await updater.deploy(after, before);
    const [{ request }] = await cloud.writes();
    if (created.entries !== first.lines || updated.entries !== second.lines || request.Changes.bytes !== second.sentBytes) {
      throw new Error(`the dataset of ${first.path} is not what it should be`);
    }
    return {
      create: { peakBytes: creator.peakBytes, seconds: created.seconds },
      update: { peakBytes: updater.peakBytes, seconds: updated.seconds },
    };
  } finally {
    await cloud.stop();
  }
}

/** The file to put, and its key. */
async function stored({ path }: Input, key: string, compressed: boolean): Promise<[string, string]> {
  if (!compressed) return [path, key];
  const zipped = `${path}.gz`;
  if (!existsSync(zipped)) await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(zipped));
  return [zipped, `${key}.gz`];
}

function figures({ peakBytes, seconds }: Use): string {
  return `${megabytes(peakBytes)} in ${seconds.toFixed(1)} s`;
}
