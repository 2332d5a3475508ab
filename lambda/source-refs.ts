import { LineSplitter } from '../lib/manifest';
import { LookAgain } from './errors';
import type { Staging } from './staging';

export interface NamedEntry {
  readonly sourceRef: string;
  /** The line holds more than its reference. */
  readonly labeled: boolean;
}

/** Reads the entries with these numbers (ascending, 0-based) out of a staged manifest. */
export async function sourceRefs(staging: Staging, key: string, numbers: readonly number[]): Promise<NamedEntry[]> {
  const found: NamedEntry[] = [];
  const lines = new LineSplitter((buffer, start, end, line) => {
    if (line - 1 !== numbers[found.length]) return;
    const entry = JSON.parse(buffer.toString('utf8', start, end)) as Record<string, unknown>;
    found.push({ sourceRef: String(entry['source-ref']), labeled: Object.keys(entry).length > 1 });
  });
  const bytes = await staging.open(key);
  if (!bytes) throw new LookAgain(`reading ${key}`, 'NoSuchKey');
  for await (const chunk of bytes) lines.push(chunk);
  lines.end();
  return found;
}
