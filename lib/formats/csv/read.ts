import type { AnnotatedImage, ImageSet } from '../annotated-image';
import { AnnotationError } from '../annotation-error';
import { BoxList } from '../box-list';
import type { BoxShape } from '../box-list';
import type { ConversionReport } from '../conversion-report';
import type { AnnotationFolder, CsvRow } from '../folder';
import type { AnnotationFile } from '../format';
import type { ImageSize } from '../labeled-image';
import { MOST_FRACTION } from '../pixel-boxes';
import { layoutByNames, suggestion } from './by-header';
import { layoutByOrder } from './by-order';
import { delimiterOf } from './delimiter';
import { CSV_KINDS } from './kinds';
import { isImage } from './layout';
import type { CsvColumns, CsvEntry, CsvLayout } from './layout';
import { isCode, namesOfCodes } from './open-images';
import { isHeader } from './roles';
import { viaLayout } from './via';

/** How CSV is read. */
export interface CsvOptions {
  readonly columns?: CsvColumns;
  /** Whether boxes around groups are kept. */
  readonly crowd?: boolean;
}

/** Rows that are looked at to find out what columns mean. */
const SAMPLE = 20;
/** Bytes that are looked at to find out what separates cells. */
const HEAD_BYTES = 64 * 1024;

/**
 * Reads a CSV file, row by row. What its columns mean is recognized by its header, or by the form of its rows; `columns` tells it
 * where neither does. Rows of the same image need not be together.
 */
export function* readCsv(
  folder: AnnotationFolder, source: AnnotationFile, { columns = {}, crowd = false }: CsvOptions, report: ConversionReport,
): Iterable<AnnotatedImage> {
  const { file, set, imageFolders: folders } = source;
  const rows = folder.readCsv(file, delimiterOf(headOf(folder, file)))[Symbol.iterator]();
  const sample: CsvRow[] = [];
  for (let next = rows.next(); !next.done; next = rows.next()) if (sample.push(next.value) > SAMPLE) break;
  if (sample.length === 0) throw new AnnotationError(file, 'is empty');
  const layout = layoutOf(file, sample.map(({ cells }) => cells), columns);
  report.add(CSV_KINDS.layout, file, undefined, layout.description);
  if (layout.guess) report.add(layout.guess, file, undefined, layout.description);

  const content = new CsvContent(file, layout, crowd, report);
  for (const row of layout.hasHeader ? sample.slice(1) : sample) content.add(row);
  for (let next = rows.next(); !next.done; next = rows.next()) content.add(next.value);
  const units = content.end(folder);
  for (const { name, size, line, boxes, labels, set: own } of content.images.values()) {
    yield {
      name, folders, place: { file, at: line }, units, boxes, labels: [...labels].map((label) => content.names.get(label) ?? label),
      ...(size && { size }), ...(own ?? set ? { set: own ?? set } : {}),
    };
  }
}

function headOf(folder: AnnotationFolder, file: string): string {
  for (const block of folder.blocks(file)) return block.toString('utf8', 0, Math.min(block.length, HEAD_BYTES));
  return '';
}

/** @throws AnnotationError where the meaning of columns is not known */
function layoutOf(file: string, sample: readonly (readonly string[])[], columns: CsvColumns): CsvLayout {
  const [first, ...others] = sample;
  const hasHeader = columns.header ?? (!first.some(isImage) && isHeader(first, columns));
  if (hasHeader) return { hasHeader, ...(viaLayout(first, columns) ?? layoutByNames(file, first, others, columns)) };
  const isGiven = Object.entries(columns).some(([member, value]) => member !== 'header' && member !== 'units' && value !== undefined);
  if (isGiven) return { hasHeader, ...layoutByNames(file, first.map(() => ''), sample, columns) };
  const layout = layoutByOrder(sample);
  if (layout) return { ...layout, ...(columns.units && { units: columns.units }) };
  const image = (others[0] ?? first).findIndex(isImage);
  const isNamed = image >= 0 && !first.some(isImage);
  const names = isNamed ? first : first.map(() => '');
  const shown = first.slice(0, 20).map((cell) => JSON.stringify(cell)).join(', ');
  throw new AnnotationError(file, `has columns whose meaning is not known, its first row is ${shown}; tell what they mean, such as ${suggestion(names, image >= 0 ? { image } : {}, { hasHeader: isNamed })}`);
}

/** All that is said of an image, in one set and one size: shared rules look at differences. */
interface CsvImage {
  readonly name: string;
  readonly set?: ImageSet;
  readonly size?: ImageSize;
  /** Its first one. */
  readonly line: number;
  readonly boxes: BoxList;
  readonly labels: Set<string>;
}

interface CsvLabel {
  /** As it is written; the same text for all. */
  readonly text: string;
  /** Of the first box or image that has it; absent: only groups do. */
  line?: number;
  groups: number;
}

interface BoxPlace {
  readonly line: number;
  readonly image: string;
}

/** What the rows of a file say, by image. */
class CsvContent {
  readonly images = new Map<string, CsvImage>();
  /** The names of labels that are codes. */
  readonly names = new Map<string, string>();
  private readonly labels = new Map<string, CsvLabel>();
  private mostEdge = 0;
  /** The first box that cannot be in pixels. */
  private fraction?: BoxPlace;
  /** The first box that cannot be in fractions. */
  private pixels?: BoxPlace;

  constructor(
    private readonly file: string, private readonly layout: CsvLayout,
    private readonly keepsGroups: boolean, private readonly report: ConversionReport,
  ) {}

  add({ cells, line }: CsvRow): void {
    const { layout, report, file } = this;
    const where = () => `${file}:${line}`;
    if (layout.cells !== undefined && cells.length !== layout.cells) {
      report.add(CSV_KINDS.wrongCells, where, undefined, `${cells.length} instead of ${layout.cells}`);
      return;
    }
    const entry = layout.read(cells, (kind, detail) => report.add(kind, where, undefined, detail));
    if (!entry) return;
    if (entry.image === '') report.add(CSV_KINDS.missingImage, where, undefined, cells.join(',').slice(0, 80));
    else this.addEntry(entry, line);
  }

  /** What the edges of all boxes count, after the checks that need all rows. */
  end(folder: AnnotationFolder): 'pixels' | 'fractions' {
    const { report, file, layout, pixels, fraction } = this;
    for (const [label, { line, groups }] of this.labels) {
      if (line === undefined) report.add(CSV_KINDS.lostToGroups, file, undefined, `${label}, ${groups} boxes`);
    }
    const codes = [...this.labels.keys()].filter(isCode);
    if (codes.length > 0) {
      for (const [code, name] of namesOfCodes(folder)) this.names.set(code, name);
      for (const code of codes) {
        if (!this.names.has(code)) report.add(CSV_KINDS.unnamedCode, () => `${file}:${this.labels.get(code)!.line ?? 1}`, undefined, code);
      }
    }
    if (layout.units === 'fractions' && pixels) report.add(CSV_KINDS.notFractions, `${file}:${pixels.line}`, pixels.image, `an edge is at ${this.mostEdge}`);
    if (layout.units === undefined && pixels && fraction) {
      report.add(CSV_KINDS.mixedUnits, `${file}:${fraction.line}`, fraction.image, `no edge is above 1, but line ${pixels.line} has one at ${this.mostEdge}`);
    }
    return layout.units ?? (this.mostEdge > MOST_FRACTION ? 'pixels' : 'fractions');
  }

  private addEntry(entry: CsvEntry, line: number): void {
    const { file, report } = this;
    const { image: name, box, labels = [], isGroup } = entry;
    const image = this.imageOf(entry, line);
    for (const label of labels) {
      const known = this.labelOf(label);
      known.line ??= line;
      if (image.labels.has(known.text)) report.add(CSV_KINDS.repeatedLabel, () => `${file}:${line}`, name, label);
      image.labels.add(known.text);
    }
    if (!box) return;
    const known = this.labelOf(box.label);
    if (isGroup && !this.keepsGroups) {
      known.groups += 1;
      report.add(CSV_KINDS.crowd, () => `${file}:${line}`, name, box.label);
      return;
    }
    known.line ??= line;
    image.boxes.add(line, known.text, box);
    this.measure(box, line, name);
  }

  private measure({ left, top, right, bottom }: BoxShape, line: number, image: string): void {
    const most = Math.max(left, top, right, bottom);
    if (most > MOST_FRACTION) this.pixels ??= { line, image };
    else if (![left, top, right, bottom].every(Number.isInteger)) this.fraction ??= { line, image };
    if (most > this.mostEdge) this.mostEdge = most;
  }

  private imageOf({ image: name, set, size }: CsvEntry, line: number): CsvImage {
    const key = `${set ?? ''} ${size ? `${size.width} ${size.height}` : ''} ${name}`;
    const known = this.images.get(key);
    if (known) return known;
    const image = { name, ...(set && { set }), ...(size && { size }), line, boxes: new BoxList(this.names), labels: new Set<string>() };
    this.images.set(key, image);
    return image;
  }

  private labelOf(label: string): CsvLabel {
    const known = this.labels.get(label);
    if (known) return known;
    const one: CsvLabel = { text: label, groups: 0 };
    this.labels.set(label, one);
    return one;
  }
}
