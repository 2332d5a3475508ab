import { ManifestPass, rekognitionRules } from '../../lib/manifest';
import type { ManifestPassOptions } from '../../lib/manifest';
import { classification, line } from './samples';

/** What came out of a pass. */
export interface Run { readonly resolved: string; readonly changed: string; readonly summary: ReturnType<ManifestPass['end']> }

/** One pass over `text`, which arrives in pieces of the given lengths (the rest in one). */
export function run(text: string | Buffer, options: Partial<ManifestPassOptions> = {}, lengths: readonly number[] = []): Run {
  const resolved: Buffer[] = [];
  const changed: Buffer[] = [];
  const keepIn = (kept: Buffer[]) => (lent: Buffer) => { kept.push(Buffer.from(lent)); };
  const pass = new ManifestPass({ rules: rekognitionRules, resolved: keepIn(resolved), changed: keepIn(changed), ...options });
  const bytes = Buffer.from(text);
  let at = 0;
  for (const length of lengths) {
    const piece = Buffer.from(bytes.subarray(at, at + length));
    pass.push(piece);
    piece.fill(0xee);
    at += length;
  }
  if (at < bytes.length) pass.push(bytes.subarray(at));
  const summary = pass.end();
  return { resolved: Buffer.concat(resolved).toString(), changed: Buffer.concat(changed).toString(), summary };
}

/** A manifest file of these lines. */
export const file = (lines: readonly string[]) => lines.map((text) => `${text}\n`).join('');
/** The lines of a file whose last line is ended. */
export const linesOf = (text: string) => text.split('\n').slice(0, -1);
/** A line with one image-level label. */
export const label = (name: string, ref: string) => line({ 'x': 1, 'x-metadata': classification(name) }, ref);
