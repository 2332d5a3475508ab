import { isUtf8 } from 'node:buffer';
import { BytePattern } from '../lines/byte-pattern';
import type { LineLabel } from './inspect-line';

export interface MutableLabel extends LineLabel {
  name: string;
  boxed: boolean;
}

/** A class map as the fast path keeps it: recognized by its bytes, labels by their id. */
export interface ClassMap {
  readonly pattern: BytePattern;
  readonly labels: readonly MutableLabel[];
  readonly byId: readonly (MutableLabel | undefined)[];
}

/**
 * Reads a class map whose form was scanned.
 *
 * @param members how many were counted: fewer after parsing means that an id is there twice
 * @returns undefined for one that has to take the slow path
 */
export function parseClassMap(bytes: Buffer, members: number): ClassMap | undefined {
  if (!isUtf8(bytes)) return undefined;
  const entries = Object.entries(JSON.parse(bytes.toString('utf8')) as Record<string, string>);
  const byId: MutableLabel[] = [];
  const labels = new Map<string, MutableLabel>();
  for (const [id, name] of entries) {
    const label = { name, boxed: false };
    if (!/^(?:0|[1-9]\d{0,3})$/.test(id) || labels.has(name)) return undefined;
    labels.set(name, label);
    byId[Number(id)] = label;
  }
  return entries.length === members ? { pattern: BytePattern.of(bytes), labels: [...labels.values()], byId } : undefined;
}
