import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { generateLine } from './lines';
import type { LineStyle } from './lines';
import { Random } from './random';

/** What a generated manifest is made of. */
export interface Recipe extends LineStyle {
  readonly lines: number;
  /** Absent: the manifest as it was first. */
  readonly update?: Update;
}

/** How a manifest differs from the first one. */
export interface Update {
  /** One line of so many is changed, one is gone (unless `keepAll`), and one is new. */
  readonly oneOf: number;
  readonly keepAll?: boolean;
  readonly shuffled?: boolean;
}

/** What a right answer says of a manifest. */
export interface Facts {
  readonly lines: number;
  readonly bytes: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Size of the added and changed lines. */
  readonly sentBytes: number;
  /** SHA-256 of them, in their order. */
  readonly sentHash: string;
}

/** Writes a manifest and says what is in it. */
export function writeManifest(path: string, recipe: Recipe): Facts {
  const file = openSync(path, 'w');
  const sent = createHash('sha256');
  const facts = { lines: 0, bytes: 0, added: 0, changed: 0, removed: 0, sentBytes: 0 };
  let block = '';
  for (const [image, version] of order(recipe)) {
    const line = `${generateLine(recipe, image, version)}\n`;
    facts.lines += 1;
    facts.bytes += line.length;
    if (version > 0 || image >= recipe.lines) {
      facts[version > 0 ? 'changed' : 'added'] += 1;
      facts.sentBytes += line.length;
      sent.update(line);
    }
    block += line;
    if (block.length > 1 << 20) {
      writeSync(file, block);
      block = '';
    }
  }
  writeSync(file, block);
  closeSync(file);
  facts.removed = recipe.lines + facts.added - facts.lines;
  return { ...facts, sentHash: sent.digest('hex') };
}

/** Image and version of each line. Images beyond the first manifest's are new. */
function order({ lines, update }: Recipe): (readonly [number, number])[] {
  const entries: (readonly [number, number])[] = [];
  for (let image = 0; image < lines; image++) {
    const place = update && image % update.oneOf;
    const middle = update && Math.floor(update.oneOf / 2);
    if (place === undefined) entries.push([image, 0]);
    else if (place === 0) entries.push([image, 1]);
    else if (place !== middle || update!.keepAll) entries.push([image, 0]);
    if (update && place === update.oneOf - 1 && !update.keepAll) entries.push([lines + image, 0]);
  }
  if (update?.shuffled) shuffle(entries);
  return entries;
}

function shuffle(items: unknown[]): void {
  const random = new Random(4711);
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.between(0, i);
    [items[i], items[j]] = [items[j], items[i]];
  }
}
