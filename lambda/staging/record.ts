import { log } from '../core/log';

/** Version of the records in the staging bucket. Another one only where a member changes or goes: what is added leaves it as it is. */
export const RECORD_VERSION = 1;

export function toRecord(value: object): string {
  return JSON.stringify({ version: RECORD_VERSION, ...value });
}

/** A record that was damaged, or written by a version of the handler that has other ones, is as good as none. */
export function parseRecord<T>(body: Buffer, key: string): T | undefined {
  const { version, ...record } = parseObject(body) ?? {};
  if (version === RECORD_VERSION) return record as T;
  log('a record in the staging bucket is damaged or of another version, and is not used', { key, version });
  return undefined;
}

export function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(body.toString('utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
