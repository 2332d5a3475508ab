import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type CheckAnswer, type DiffAnswer, IMAGES } from './answers';

/** What one writes first: readline, JSON.parse, a Set of references, JSON.stringify. */
export async function naiveCheck(path: string): Promise<CheckAnswer> {
  const references = new Set<string>();
  const labels = new Set<string>();
  let bytes = 0;
  let problems = 0;
  for await (const line of lines(path)) {
    const entry = JSON.parse(line);
    const reference: string = entry['source-ref'];
    if (!isGood(entry, labels) || references.has(reference)) {
      problems += 1;
      continue;
    }
    references.add(reference);
    entry['source-ref'] = reference.replace(IMAGES.exportedFrom, `s3://${IMAGES.bucket}/${IMAGES.prefix}`);
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
  }
  return { entries: references.size, bytes, labels: labels.size, problems };
}

/** Both manifests in Maps, line by reference. */
export async function naiveDiff(oldPath: string, newPath: string): Promise<DiffAnswer> {
  const before = await byReference(oldPath);
  const after = await byReference(newPath);
  let added = 0;
  let changed = 0;
  let sentBytes = 0;
  const sent = createHash('sha256');
  for (const [reference, line] of after) {
    const old = before.get(reference);
    if (old === line) continue;
    if (old === undefined) added += 1;
    else changed += 1;
    sent.update(`${line}\n`);
    sentBytes += Buffer.byteLength(line) + 1;
  }
  let removed = 0;
  for (const reference of before.keys()) if (!after.has(reference)) removed += 1;
  return { added, changed, removed, sentBytes, sentHash: sent.digest('hex') };
}

async function byReference(path: string): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  for await (const line of lines(path)) entries.set(JSON.parse(line)['source-ref'], line);
  return entries;
}

function lines(path: string): AsyncIterable<string> {
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
