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

interface Uses {
  /** Size of the manifest. */
  readonly bytes: number;
  readonly create: Use;
  readonly update: Use;
}

/**
 * Peak of the handler's memory with manifests of about 100 MB, 300 MB and 1 GB, as they are and compressed, as Manifest.fromFile
 * deploys them. Each takes minutes, so there is one round: a single peak may differ by tens of megabytes from the next one.
 */
export async function memory({ inputs }: Setting): Promise<Row[]> {
  const uses = { plain: [] as Uses[], gzip: [] as Uses[] };
  for (const name of SIZES) {
    const first = inputs.get(name);
    const second = inputs.get(`${name}-changed`);
    const cloud = await Cloud.start();
    try {
      for (const form of ['plain', 'gzip'] as const) {
        progress(`memory, ${megabytes(first.bytes)}, ${form}`);
        uses[form].push(await createAndUpdate(cloud, first, second, form === 'gzip'));
      }
    } finally {
      await cloud.stop();
    }
  }
  return [...rowsOf('plain', uses.plain), ...rowsOf('gzip', uses.gzip)];
}

function rowsOf(form: string, uses: readonly Uses[]): Row[] {
  const peaks = uses.map(({ create, update }) => Math.max(create.peakBytes, update.peakBytes) / 1e6);
  const [smallest, , largest] = peaks;
  const note = uses.map(({ bytes, create, update }) => `${megabytes(bytes)}: create ${figures(create)}, update ${figures(update)}`).join('; ');
  return [
    { what: `peak memory of the handler, any file to 1 GB, ${form}`, measured: Math.max(...peaks), unit: 'MB', goal: 'at most', must: 160, aim: 140, note },
    { what: `its growth from 100 MB to 1 GB, ${form}`, measured: largest - smallest, unit: 'MB', goal: 'at most', must: 15, aim: 5, note: 'as above' },
  ];
}

async function createAndUpdate(cloud: Cloud, first: Input, second: Input, compressed: boolean): Promise<Uses> {
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
  const uses = {
    bytes: first.bytes,
    create: { peakBytes: creator.peakBytes, seconds: created.seconds },
    update: { peakBytes: updater.peakBytes, seconds: updated.seconds },
  };
  await updater.destroy(after);
  return uses;
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
