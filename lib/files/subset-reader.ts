import { LineSplitter, OutputBuffer, writtenReference } from '../manifest';
import type { LineVisitor, Subset } from '../manifest';

/** Longer than any line that a service reads: what is cut here is too long there, too. */
const LONGEST_LINE_BYTES = 1024 * 1024;

/** The lines of a local manifest, or of a subset of it, which keep the numbers that they have in the file. */
export class SubsetReader {
  /** The lines of the subset, in their order. */
  private readonly numbers: number[] = [];

  /** @param whole gives the manifest, block by block, as often as it is called */
  constructor(private readonly whole: () => Iterable<Buffer>, private readonly subset?: Subset) {}

  /** Visits the lines: first of all, for this decides which lines are in the subset. */
  visit(visit: LineVisitor): void {
    const { subset, numbers } = this;
    this.split(!subset ? visit : (buffer, start, end, line, overlong) => {
      if (!subset.includes(overlong ? undefined : writtenReference(buffer, start, end))) return;
      numbers.push(line);
      visit(buffer, start, end, line, overlong);
    });
  }

  /** Gives the content of the lines that were visited; the bytes are there for the time of the call. */
  copy(receive: (bytes: Buffer) => void): void {
    if (!this.subset) {
      for (const block of this.whole()) receive(block);
      return;
    }
    const { numbers } = this;
    const output = new OutputBuffer(receive);
    let found = 0;
    this.split((buffer, start, end, line) => {
      if (line !== numbers[found]) return;
      found += 1;
      output.addLine(buffer, start, end);
    }, LONGEST_LINE_BYTES);
    output.flush();
  }

  private split(visit: LineVisitor, maxLineBytes?: number): void {
    const splitter = new LineSplitter(visit, maxLineBytes);
    for (const block of this.whole()) splitter.push(block);
    splitter.end();
  }
}
