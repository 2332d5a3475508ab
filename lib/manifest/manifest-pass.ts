import { canonicalLine } from './canonical';
import { Chunker, type Chunk } from './chunker';
import { DatasetTally, type LabelCount } from './dataset-tally';
import type { Problem } from './finding';
import { inspectLineBytes, tooLong, type InspectedLine } from './inspect-line';
import { KEY_WORD, KeyTable } from './key-table';
import { LineIndexBuilder, type LineIndex } from './line-index';
import { LineScanner } from './line-scanner';
import { LineSplitter } from './lines';
import { DiffTracker, type ManifestDiff } from './manifest-diff';
import { murmur128OfText } from './murmur';
import { OutputBuffer } from './output-buffer';
import { ProblemLog, type ProblemCounts } from './problem-log';
import { finding } from './rekognition-rules';
import { parseS3Uri, type ImageLocation } from './source-ref';
import { WantedLine } from './wanted-line';

export interface ManifestPassOptions {
  /** What references are resolved against; without it they stay as they are written. */
  readonly images?: ImageLocation;
  /** Compare with this index: fills `diff` and feeds `changed`. */
  readonly previous?: LineIndex;
  /** `previous` was made of canonical lines, as the service lists them, and not of a manifest. */
  readonly previousIsCanonical?: boolean;
  /** Receives the wanted manifest: every kept line, resolved, ended by `\n`. The buffers are the receiver's to keep. */
  readonly wanted?: (bytes: Buffer) => void;
  /** Receives the lines that are new or changed against `previous`, in the same form. */
  readonly changed?: (bytes: Buffer) => void;
  /** Limit of a chunk; default: {@link REKOGNITION_LIMITS}.chunkBytes. */
  readonly chunkBytes?: number;
  /** Problems kept with their text, all are counted; default 100. */
  readonly maxProblems?: number;
}

export interface ManifestSummary {
  /** Lines of the manifest, blank and dropped ones included. */
  readonly lines: number;
  /** Lines of the wanted manifest. */
  readonly entries: number;
  /** Entries with a label; undefined when lines equal to previous ones were not inspected. */
  readonly labeledEntries: number | undefined;
  /** Labels in the order of their names; undefined when lines equal to previous ones were not inspected. */
  readonly labels: readonly LabelCount[] | undefined;
  /** Size of the wanted manifest. */
  readonly bytes: number;
  /** {@link LineIndex.contentHash} of the wanted manifest. */
  readonly contentHash: string;
  /** Of the wanted manifest, as its bytes are. */
  readonly index: LineIndex;
  /** The heaviest severity first, at most `maxProblems`. */
  readonly problems: readonly Problem[];
  readonly counts: ProblemCounts;
  /** Of the wanted manifest. */
  readonly chunks: readonly Chunk[];
  readonly diff?: ManifestDiff;
}

/**
 * One pass over the bytes of a manifest: checks every line, resolves its reference, indexes it, compares it with a previous
 * manifest and cuts the result into chunks. Memory depends on the number of lines (about 50 bytes for each), not on their length.
 *
 * Lines with a terminal finding, duplicates and blank lines are no part of the wanted manifest. Lines equal to a line of a
 * (not canonical) `previous` were inspected when that was made and are not inspected again.
 */
export class ManifestPass {
  private readonly splitter = new LineSplitter((buffer, start, end, line, overlong) => this.visit(buffer, start, end, line, overlong));
  private readonly output: OutputBuffer;
  private readonly changes: OutputBuffer;
  private readonly wanted: WantedLine;
  private readonly scanner: LineScanner;
  private readonly log: ProblemLog;
  private readonly tally = new DatasetTally();
  private readonly index = new LineIndexBuilder();
  private readonly chunker: Chunker;
  private readonly diff?: DiffTracker;
  /** Finds duplicates among the keys that `previous` does not have. */
  private readonly newKeys = new KeyTable();
  /** Line number of each entry, to name the first one of a duplicate. */
  private entryLines = new Uint32Array(1024);
  private lines = 0;
  private bytes = 0;
  private reused = 0;

  constructor(private readonly options: ManifestPassOptions = {}) {
    this.output = new OutputBuffer(options.wanted);
    this.changes = new OutputBuffer(options.changed);
    this.wanted = new WantedLine(options.images, this.output);
    this.scanner = new LineScanner(options.images);
    this.log = new ProblemLog(options.maxProblems ?? 100);
    this.chunker = new Chunker(options.chunkBytes);
    if (options.previous !== undefined) this.diff = new DiffTracker(options.previous, options.chunkBytes);
  }

  /** @param chunk the next bytes; they are not needed after the call */
  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  /** Ends the manifest. */
  end(): ManifestSummary {
    this.splitter.end();
    this.output.flush();
    this.changes.flush();
    this.log.add(this.tally.verdicts(this.bytes));
    const index = this.index.build();
    const inspectedAll = this.reused === 0;
    return {
      lines: this.lines,
      entries: index.entries,
      labeledEntries: inspectedAll ? this.tally.labeledEntries : undefined,
      labels: inspectedAll ? this.tally.labels : undefined,
      bytes: this.bytes,
      contentHash: index.contentHash,
      index,
      problems: this.log.problems,
      counts: this.log.counts,
      chunks: this.chunker.finish(),
      ...(this.diff === undefined ? {} : { diff: this.diff.finish() }),
    };
  }

  private visit(buffer: Buffer, start: number, end: number, line: number, overlong: boolean): void {
    this.lines = line;
    if (overlong) {
      this.drop(tooLong(buffer.toString('latin1', start, Math.min(end, start + 4096))), line);
    } else if (isBlank(buffer, start, end)) {
      this.log.add([finding('BLANK_LINE', [], 'the line is blank and is left out; remove it')], line);
    } else {
      this.read(buffer, start, end, line);
    }
  }

  /** Tries the short ways first: a line that is known, a line that is good beyond doubt; then the plain way. */
  private read(buffer: Buffer, start: number, end: number, line: number): void {
    const { wanted, scanner } = this;
    const taken = wanted.take(buffer, start, end);
    if (taken && this.reuse(line)) return;
    if (taken && scanner.accepts(buffer, start, end) && wanted.hashKey()) {
      this.keep(scanner.line, line);
      return;
    }
    const inspected = inspectLineBytes(buffer.subarray(start, end), this.options.images);
    if (inspected.dropped) {
      this.drop(inspected, line);
      return;
    }
    wanted.takeInspected(buffer, start, end);
    this.keep(inspected, line);
  }

  /** Takes over a line that is equal to a previous one; false when it is not, or when that cannot be known without parsing it. */
  private reuse(line: number): boolean {
    const { diff, wanted } = this;
    if (diff === undefined || this.options.previousIsCanonical) return false;
    const { entry } = wanted;
    let previous = diff.next;
    if (!diff.isNext(entry)) {
      if (!wanted.hashKey()) return false;
      previous = diff.find(entry);
      // A second line with the same key is left to the plain way, which reports it.
      if (previous < 0 || diff.lineOf(previous) !== 0 || !diff.previous.hasLine(previous, entry)) return false;
    }
    // The images of the previous manifest were in one bucket, so one line tells which.
    this.tally.addUninspected(this.reused === 0 ? parseS3Uri(this.sourceRefOfWanted())?.bucket : undefined);
    this.reused += 1;
    diff.keep(previous, line);
    this.accept(line);
    return true;
  }

  /** Keeps a good line, unless its image is there already. */
  private keep(inspected: InspectedLine, line: number): void {
    const { diff, wanted } = this;
    const previous = diff === undefined ? -1 : diff.find(wanted.entry);
    const firstLine = previous >= 0 ? diff!.lineOf(previous) : this.lineOfNewKey();
    if (firstLine !== 0) {
      const advice = `source-ref occurs already in line ${firstLine}, and the service keeps the first one only; remove one of the two lines`;
      this.log.add([finding('ERROR_DUPLICATE_SOURCE_REF', [], advice)], line, this.sourceRefOfWanted());
      this.tally.addDropped();
      return;
    }
    this.log.add(inspected.findings, line, inspected.sourceRef);
    this.tally.add(inspected);
    if (diff !== undefined) this.compare(diff, previous, line);
    this.accept(line);
    if (previous < 0) this.newKeys.add(this.index.entries - 1, this.index.words);
  }

  private compare(diff: DiffTracker, previous: number, line: number): void {
    const { wanted } = this;
    if (previous >= 0 && diff.previous.hasLine(previous, this.comparedHash())) {
      diff.keep(previous, line);
    } else {
      diff.change(previous, line, wanted.bytes);
      this.changes.addLine(wanted.buffer, wanted.start, wanted.end);
    }
  }

  private comparedHash(): Int32Array {
    if (!this.options.previousIsCanonical) return this.wanted.entry;
    const hash = new Int32Array(KEY_WORD);
    murmur128OfText(canonicalLine(this.wanted.text), hash, 0);
    return hash;
  }

  /** Makes the line an entry of the wanted manifest. */
  private accept(line: number): void {
    const { index, wanted } = this;
    if (index.entries === this.entryLines.length) {
      const larger = new Uint32Array(2 * this.entryLines.length);
      larger.set(this.entryLines);
      this.entryLines = larger;
    }
    this.entryLines[index.entries] = line;
    index.add(wanted.entry);
    this.bytes += wanted.bytes;
    this.chunker.add(wanted.bytes);
    wanted.emit();
  }

  private drop(inspected: InspectedLine, line: number): void {
    this.log.add(inspected.findings, line, inspected.sourceRef);
    this.tally.addDropped();
  }

  /** Line of the entry with the wanted line's key, where `previous` has no such key; 0 when there is none. */
  private lineOfNewKey(): number {
    const entry = this.newKeys.find(this.wanted.entry, KEY_WORD, this.index.words);
    return entry < 0 ? 0 : this.entryLines[entry]!;
  }

  private sourceRefOfWanted(): string {
    return JSON.parse(this.wanted.text)['source-ref'];
  }
}

/** Blanks as JSON knows them. */
function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = buffer[i];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
