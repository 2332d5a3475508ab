/** The run-length encodings of masks in COCO: how many pixels do not belong to the mask, how many do, and so on, column by column. */

/** Columns and rows that the pixels of a mask touch; `right` and `bottom` are behind the last ones. */
export interface MaskEdges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The envelope of a mask.
 *
 * @param counts runs, as numbers or in the text form of pycocotools
 * @param size rows and columns
 * @returns undefined for an empty mask, and for what is no mask
 */
export function maskEnvelope(counts: unknown, size: unknown): MaskEdges | undefined {
  if (!Array.isArray(size) || size.length !== 2 || !size.every((side) => Number.isInteger(side) && side > 0)) return undefined;
  const [rows, columns] = size as number[];
  const runs = typeof counts === 'string' ? runsOfText(counts) : counts;
  if (!Array.isArray(runs) || !runs.every((run) => Number.isInteger(run) && run >= 0)) return undefined;
  let [left, top, right, bottom] = [columns, rows, 0, 0];
  let position = 0;
  (runs as number[]).forEach((run, i) => {
    if (i % 2 === 1 && run > 0) {
      const last = position + run - 1;
      const [firstColumn, lastColumn] = [Math.floor(position / rows), Math.floor(last / rows)];
      [left, right] = [Math.min(left, firstColumn), Math.max(right, lastColumn + 1)];
      // A run that goes on in the next column has the last row of one and the first row of the other.
      top = Math.min(top, firstColumn === lastColumn ? position % rows : 0);
      bottom = Math.max(bottom, firstColumn === lastColumn ? last % rows + 1 : rows);
    }
    position += run;
  });
  return position <= rows * columns && right > left ? { left, top, right, bottom } : undefined;
}

/** Five bits a character, the lowest first; from the fourth run on, the difference to the run before the last one. */
function runsOfText(text: string): number[] {
  const runs: number[] = [];
  let i = 0;
  while (i < text.length) {
    let value = 0;
    let shift = 0;
    let bits: number;
    do {
      bits = text.charCodeAt(i++) - 48;
      value += (bits & 0x1f) * 2 ** shift;
      shift += 5;
    } while (bits & 0x20 && i < text.length);
    if (bits & 0x10) value -= 2 ** shift;
    runs.push(runs.length > 2 ? value + runs.at(-2)! : value);
  }
  return runs;
}
