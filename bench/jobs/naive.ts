import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { REKOGNITION_LIMITS } from '../../lib/manifest';
import { IMAGES } from './answers';
import type { CheckAnswer, DiffAnswer } from './answers';

/**
 * What one writes first to check a manifest, resolve its references, remember every entry and cut the result into chunks:
 * readline, JSON.parse, a Map of entries by reference, JSON.stringify.
 */
export async function naiveCheck(path: string): Promise<CheckAnswer> {
  const labels = new Set<string>();
  const { entries, problems } = await read(path, (entry) => {
    if (!isGood(entry, labels)) return false;
    entry['source-ref'] = entry['source-ref'].replace(IMAGES.rewriteFrom, `s3://${IMAGES.bucket}/${IMAGES.prefix}`);
    return true;
  });
  return { entries: entries.size, bytes: inChunks(entries.values()), labels: labels.size, problems };
}

/** The same for a comparison: both manifests in Maps. The new one is checked; entries are compared, and not how they are written. */
export async function naiveDiff(oldPath: string, newPath: string): Promise<DiffAnswer> {
  const { entries: before } = await read(oldPath, () => true);
  const labels = new Set<string>();
  const { entries: after } = await read(newPath, (entry) => isGood(entry, labels));
  const sent = createHash('sha256');
  const changes: string[] = [];
  let added = 0;
  for (const [reference, line] of after) {
    const old = before.get(reference);
    if (old === line) continue;
    if (old === undefined) added += 1;
    changes.push(line);
    sent.update(`${line}\n`);
  }
  let removed = 0;
  for (const reference of before.keys()) if (!after.has(reference)) removed += 1;
  return { added, changed: changes.length - added, removed, sentBytes: inChunks(changes), sentHash: sent.digest('hex') };
}

/** Lines by reference, written as JSON.stringify writes them. */
async function read(path: string, isWanted: (entry: any) => boolean): Promise<{ entries: Map<string, string>; problems: number }> {
  const entries = new Map<string, string>();
  let problems = 0;
  for await (const line of linesOf(path)) {
    const entry = JSON.parse(line);
    if (isWanted(entry) && !entries.has(entry['source-ref'])) entries.set(entry['source-ref'], JSON.stringify(entry));
    else problems += 1;
  }
  return { entries, problems };
}

/** Makes the bytes of one UpdateDatasetEntries after the other; their sum. */
function inChunks(lines: Iterable<string>): number {
  let bytes = 0;
  let chunk: string[] = [];
  let length = 0;
  const send = () => {
    bytes += Buffer.from(chunk.map((line) => `${line}\n`).join('')).length;
    chunk = [];
    length = 0;
  };
  for (const line of lines) {
    if (length + line.length + 1 > REKOGNITION_LIMITS.chunkBytes) send();
    chunk.push(line);
    length += line.length + 1;
  }
  send();
  return bytes;
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity });
}

/** The checks that come to mind: members are there, boxes lie in the image, classes are known. */
function isGood(entry: any, labels: Set<string>): boolean {
  if (typeof entry['source-ref'] !== 'string' || !entry['source-ref'].startsWith('s3://')) return false;
  for (const [name, value] of Object.entries<any>(entry)) {
    if (name === 'source-ref' || name.endsWith('-metadata')) continue;
    const metadata = entry[`${name}-metadata`];
    if (!metadata || !metadata['creation-date'] || !metadata['human-annotated'] || !metadata.type) return false;
    if (metadata.type === 'groundtruth/image-classification') {
      if (typeof metadata['class-name'] !== 'string' || !(metadata.confidence >= 0 && metadata.confidence <= 1)) return false;
      labels.add(metadata['class-name']);
      continue;
    }
    const [{ width, height }] = value.image_size;
    for (const box of value.annotations) {
      const label = metadata['class-map'][box.class_id];
      if (label === undefined || box.left < 0 || box.top < 0 || box.left + box.width > width || box.top + box.height > height) return false;
    }
    for (const { confidence } of metadata.objects) if (!(confidence >= 0 && confidence <= 1)) return false;
    for (const label of Object.values<string>(metadata['class-map'])) labels.add(label);
  }
  return true;
}
