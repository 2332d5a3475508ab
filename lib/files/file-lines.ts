import { LineSplitter } from '../manifest';

/** A line of a file. */
export interface FileLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * The lines of a file, without their ends.
 *
 * @param blocks of the file; one is there until the next one
 */
export function* fileLines(blocks: Iterable<Buffer>): Iterable<FileLine> {
  let lines: FileLine[] = [];
  const splitter = new LineSplitter((buffer, start, end, line) => { lines.push({ line, text: buffer.toString('utf8', start, end) }); });
  for (const block of blocks) {
    splitter.push(block);
    yield* lines;
    lines = [];
  }
  splitter.end();
  yield* lines;
}
