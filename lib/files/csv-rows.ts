import { AnnotationError } from '../formats';
import type { CsvRow } from '../formats';
import { bundledReader } from './bundled-reader';

/** More than any row has: what is longer has a quote that nothing closes. */
const MOST_CHARACTERS = 1024 * 1024;

/** What UTF-8 may begin with. */
const MARK = Buffer.from('\ufeff');

/** What csv-parse says of broken quotes, by its codes. */
const DEFECTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_MAX_RECORD_SIZE: `a row has more than ${MOST_CHARACTERS} characters, as happens when a quote is not closed`,
};
const MISPLACED = 'a quote stands inside a cell; put the whole cell in quotes and double the quotes in it';

/**
 * The rows of a CSV file (RFC 4180), of which no more than a block is in memory. All line ends will do, also mixed.
 *
 * @param name how messages name the file
 * @param blocks of its content; each is there until the next one
 * @throws AnnotationError for broken quotes, and for what is not UTF-8
 */
export function* csvRows(name: string, blocks: Iterable<Buffer>, delimiter: string): Generator<CsvRow> {
  const parser = bundledReader('csv', 'CSV files').transform({
    delimiter, record_delimiter: ['\r\n', '\n', '\r'], trim: true, max_record_size: MOST_CHARACTERS,
    relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true,
  });
  let rows: CsvRow[] = [];
  const push = (cells: string[]) => { rows.push({ cells, line: parser.info.lines }); };
  const parse = (bytes: Buffer | undefined, isEnd: boolean) => {
    rows = [];
    const problem = parser.parse(bytes, isEnd, push, () => undefined);
    if (problem !== undefined) throw new AnnotationError(name, `cannot be read as CSV, line ${parser.info.lines}: ${DEFECTS[problem.code] ?? MISPLACED}`);
    const garbled = rows.find(({ cells }) => cells.some((cell) => cell.includes('\ufffd')));
    if (garbled) throw new AnnotationError(name, `is not UTF-8, line ${garbled.line}: ${JSON.stringify(garbled.cells.join(delimiter).slice(0, 80))}; save it as UTF-8`);
    return rows;
  };
  let isFirst = true;
  for (const block of blocks) {
    // The parser keeps the end of a block, whose memory is about to take the next one. It would read UTF-16, too, but without its cells.
    yield* parse(Buffer.from(isFirst && block.subarray(0, 3).equals(MARK) ? block.subarray(3) : block), false);
    isFirst = false;
  }
  yield* parse(undefined, true);
}
