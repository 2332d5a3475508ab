import { LineSplitter } from '../../../lib/manifest';
import { ConflictError } from '../../core/errors';
import type { Staging } from '../../staging/staging';

export interface NamedEntry {
  readonly sourceRef: string;
  /** The line holds more than its reference. */
  readonly labeled: boolean;
}

/** Reads the entries with these numbers (ascending, 0-based) out of staged manifests that follow one another. */
export async function sourceRefs(staging: Staging, keys: readonly string[], numbers: readonly number[]): Promise<NamedEntry[]> {
  const found: NamedEntry[] = [];
  await visitLines(staging, keys, numbers, (line) => {
    const entry = JSON.parse(line.toString('utf8')) as Record<string, unknown>;
    found.push({ sourceRef: String(entry['source-ref']), labeled: Object.keys(entry).length > 1 });
  });
  return found;
}

/** @param visit gets the lines with these numbers, as in {@link sourceRefs}; they are there for the time of the call */
export async function visitLines(
  staging: Staging, keys: readonly string[], numbers: readonly number[], visit: (line: Buffer) => void, ready?: () => Promise<void>,
): Promise<void> {
  let next = 0;
  const lines = new LineSplitter((buffer, start, end, line) => {
    if (line - 1 !== numbers[next]) return;
    next += 1;
    visit(buffer.subarray(start, end));
  });
  for (const key of keys) {
    const bytes = await staging.open(key);
    if (!bytes) throw new ConflictError(`reading ${key}`, 'NoSuchKey');
    for await (const chunk of bytes) {
      lines.push(chunk);
      await ready?.();
    }
  }
  lines.end();
}
