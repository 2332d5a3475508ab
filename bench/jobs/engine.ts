import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { LineIndex, LineSplitter, ManifestPass, rekognitionRules } from '../../lib/manifest';
import { LineIndexBuilder } from '../../lib/manifest/diff/line-index';
import { ResolvedLine } from '../../lib/manifest/diff/resolved-line';
import { OutputBuffer } from '../../lib/manifest/lines/output-buffer';
import { SourceLine } from '../../lib/manifest/lines/source-line';
import { IMAGES } from './answers';
import type { CheckAnswer, DiffAnswer } from './answers';
import { readFile } from './read';

/** Checks every line, resolves its reference and indexes it. */
export async function engineCheck(path: string): Promise<CheckAnswer> {
  let bytes = 0;
  const pass = new ManifestPass({ rules: rekognitionRules, images: IMAGES, resolved: (piece) => { bytes += piece.length; } });
  await readFile(path, (chunk) => pass.push(chunk));
  const { entries, labels, counts } = pass.end();
  return { entries, bytes, labels: labels!.length, problems: counts.terminal + counts.error + counts.warning };
}

/** Compares two manifests. The old one is only indexed: it was checked when it was new. */
export async function engineDiff(oldPath: string, newPath: string): Promise<DiffAnswer> {
  return compare(await indexOf(oldPath), newPath);
}

/** Compares a manifest with the index that was kept of the old one. */
export async function engineDiffWithIndex(indexPath: string, newPath: string): Promise<DiffAnswer> {
  return compare(LineIndex.parse(readFileSync(indexPath)), newPath);
}

/** Makes that index. */
export async function writeIndex(path: string, indexPath: string): Promise<{ entries: number }> {
  const index = await indexOf(path);
  writeFileSync(indexPath, index.toBytes());
  return { entries: index.entries };
}

async function compare(previous: LineIndex, path: string): Promise<DiffAnswer> {
  const sent = createHash('sha256');
  let sentBytes = 0;
  const changed = (piece: Buffer) => {
    sent.update(piece);
    sentBytes += piece.length;
  };
  const pass = new ManifestPass({ rules: rekognitionRules, previous, changed });
  await readFile(path, (chunk) => pass.push(chunk));
  const { diff } = pass.end();
  return { added: diff!.added, changed: diff!.changed, removed: diff!.removed.length, sentBytes, sentHash: sent.digest('hex') };
}

async function indexOf(path: string): Promise<LineIndex> {
  const index = new LineIndexBuilder();
  const line = new ResolvedLine(undefined, new OutputBuffer(undefined));
  const source = new SourceLine();
  const splitter = new LineSplitter((buffer, start, end) => {
    source.set(buffer, start, end);
    if (!line.take(source) || !line.hashKey(source)) line.takeInspected(source);
    index.add(line.entry);
  });
  await readFile(path, (chunk) => splitter.push(chunk));
  splitter.end();
  return index.build();
}
