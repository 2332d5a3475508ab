import { LineSplitter } from '../manifest';
import type { Problem, Subset } from '../manifest';

/** Longer than any line that a service reads: what is cut here is too long there, too. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const NEWLINE = Buffer.from('\n');

/** The lines of a local manifest, or of a subset of it, which remember where they are in the file. */
export class SubsetReader {
  /** By position in the subset: the number of the line in the file, counted from 1. Absent for the whole. */
  private readonly numbers?: readonly number[];

  /** @param whole gives the manifest, block by block, as often as it is called */
  constructor(private readonly whole: () => Iterable<Buffer>, subset?: Subset) {
    if (subset) this.numbers = numbersOf(whole(), subset);
  }

  /** The content, block by block. */
  blocks(): Iterable<Buffer> {
    return this.numbers ? linesOf(this.whole(), this.numbers) : this.whole();
  }

  /** Where a line of the content is in the file. */
  lineNumber(line: number): number {
    return this.numbers ? this.numbers[line - 1] : line;
  }

  /** The problems of the content, with the lines of the file. */
  withFileLineNumbers(problems: readonly Problem[]): Problem[] {
    return problems.map((problem) => problem.line === undefined ? problem : { ...problem, line: this.lineNumber(problem.line) });
  }
}

/** The reference of a line as it is written; undefined when there is none, or the line cannot be read. */
export function writtenReference(line: string): string | undefined {
  try {
    const reference: unknown = JSON.parse(line)?.['source-ref'];
    return typeof reference === 'string' ? reference : undefined;
  } catch {
    return undefined;
  }
}

function numbersOf(whole: Iterable<Buffer>, subset: Subset): number[] {
  const numbers: number[] = [];
  const splitter = new LineSplitter((buffer, start, end, line) => {
    if (subset.includes(writtenReference(buffer.toString('utf8', start, end)) || undefined)) numbers.push(line);
  });
  for (const block of whole) splitter.push(block);
  splitter.end();
  return numbers;
}

function* linesOf(whole: Iterable<Buffer>, numbers: readonly number[]): Iterable<Buffer> {
  let found = 0;
  let pieces: Buffer[] = [];
  const splitter = new LineSplitter((buffer, start, end, line) => {
    if (line !== numbers[found]) return;
    found += 1;
    pieces.push(Buffer.from(buffer.subarray(start, end)), NEWLINE);
  }, LONGEST_LINE_BYTES);
  for (const block of whole) {
    splitter.push(block);
    if (pieces.length > 0) yield Buffer.concat(pieces);
    pieces = [];
  }
  splitter.end();
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
