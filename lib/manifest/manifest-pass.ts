import { Chunker } from './diff/chunker';
import type { Chunk } from './diff/chunker';
import { KEY_WORD, KeyTable } from './diff/key-table';
import { hash128OfText } from './diff/line-hash';
import { LineIndexBuilder } from './diff/line-index';
import type { LineIndex } from './diff/line-index';
import { DiffTracker } from './diff/manifest-diff';
import type { ManifestDiff } from './diff/manifest-diff';
import { ResolvedLine } from './diff/resolved-line';
import { LineSplitter } from './lines/line-splitter';
import { OutputBuffer } from './lines/output-buffer';
import { SourceLine } from './lines/source-line';
import { parseS3Uri } from './lines/source-ref';
import type { ImageLocation } from './lines/source-ref';
import { writtenReference } from './lines/written-reference';
import type { Finding } from './rules/finding';
import { lineFinding } from './rules/json-line';
import { canonicalLine } from './rules/listed-line';
import { ProblemLog } from './rules/problem-log';
import type { ProblemCounts, ProblemGroup } from './rules/problem-log';
import type { CheckedLine, ManifestChecker, ManifestCounts, ServiceRules, FastPath } from './rules/service-rules';
import type { StatedSize } from './rules/stated-size';

export interface ManifestPassOptions {
  /** Of the service that the manifest is for. */
  readonly rules: ServiceRules;
  /** What references are resolved against; without it they stay as they are written. */
  readonly images?: ImageLocation;
  /** Compare with this index: fills `diff` and feeds `changed`. */
  readonly previous?: LineIndex;
  /** `previous` was made of canonical lines, as the service lists them, and not of a manifest. */
  readonly previousIsCanonical?: boolean;
  /** Receives the resolved manifest: every kept line, resolved, ended by `\n`. The bytes are there for the time of the call. */
  readonly resolved?: (bytes: Buffer) => void;
  /** Receives the lines that are new or changed against `previous`, in the same form. */
  readonly changed?: (bytes: Buffer) => void;
  /** Limit of a chunk; default: that of the rules. */
  readonly chunkBytes?: number;
  /** Looks at what the entries refer to. */
  readonly files?: EntryFiles;
  /** Problems name references as they are written; default: as they are resolved. */
  readonly writtenRefs?: boolean;
  /** Causes of problems that are kept of each severity, all problems are counted; default 100. */
  readonly maxProblems?: number;
  /** Places that are kept of a cause; default 3. */
  readonly maxPlaces?: number;
}

/** What an entry refers to. */
export interface EntryReferences {
  readonly line: number;
  /** Resolved. */
  readonly sourceRef: string;
  /** As problems name it; may be called for the time of the check. */
  readonly shownRef: () => string;
  readonly maskRef?: string;
  readonly imageSizes?: readonly StatedSize[];
  /** Something in the line is an error. */
  readonly isError: boolean;
}

/** Looks at the files that entries refer to. */
export interface EntryFiles {
  /** What is wrong with the files of an entry. */
  check(entry: EntryReferences): readonly Finding[];
  /** What only all of them show. */
  end(): readonly LateFinding[];
}

/** A finding on a line that was looked at before. */
export interface LateFinding {
  readonly finding: Finding;
  readonly line: number;
  readonly shownRef: string;
  /** An error of the line was found before. */
  readonly knownErrors: boolean;
}

export interface ManifestSummary extends ManifestCounts {
  /** Lines of the manifest, blank and dropped ones included. */
  readonly lines: number;
  /** Lines of the resolved manifest. */
  readonly entries: number;
  /** Size of the resolved manifest. */
  readonly bytes: number;
  /** {@link LineIndex.contentHash} of the resolved manifest. */
  readonly contentHash: string;
  /** Of the resolved manifest, as its bytes are. */
  readonly index: LineIndex;
  /** The heaviest severity first. */
  readonly problems: readonly ProblemGroup[];
  readonly counts: ProblemCounts;
  /** Of the resolved manifest. */
  readonly chunks: readonly Chunk[];
  readonly diff?: ManifestDiff;
}

/**
 * One pass over the bytes of a manifest: checks every line, resolves its reference, indexes it, compares it with a previous
 * manifest and cuts the result into chunks. Memory depends on the number of lines (about 50 bytes for each), not on their length.
 *
 * The rules of a service say what is wrong with a line; all else is the same for every service.
 *
 * Lines with a terminal finding, duplicates and blank lines are no part of the resolved manifest. Lines equal to a line of a
 * (not canonical) `previous` were inspected when that was made and are not inspected again, where a service has a fast path.
 */
export class ManifestPass {
  private readonly splitter = new LineSplitter((...line) => this.visitLine(...line));
  private readonly output: OutputBuffer;
  private readonly changes: OutputBuffer;
  private readonly source = new SourceLine();
  private readonly resolvedLine: ResolvedLine;
  private readonly checker: ManifestChecker;
  private readonly log: ProblemLog;
  private readonly index = new LineIndexBuilder();
  private readonly chunker: Chunker;
  private readonly diff?: DiffTracker;
  /** Finds duplicates among the keys that `previous` does not have. */
  private readonly newKeys = new KeyTable();
  /** Line number of each entry, to name the first one of a duplicate. */
  private entryLines = new Uint32Array(64);
  private lines = 0;
  private bytes = 0;
  private reused = 0;

  constructor(private readonly options: ManifestPassOptions) {
    this.output = new OutputBuffer(options.resolved);
    this.changes = new OutputBuffer(options.changed);
    this.resolvedLine = new ResolvedLine(options.images, this.output);
    const { rules } = options;
    const chunkBytes = options.chunkBytes ?? rules.chunkBytes;
    this.checker = rules.check(options.images);
    this.log = new ProblemLog({ groups: options.maxProblems ?? 100, places: options.maxPlaces ?? 3 });
    this.chunker = new Chunker(chunkBytes);
    if (options.previous !== undefined) this.diff = new DiffTracker(options.previous, chunkBytes);
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
    for (const { finding, line, shownRef, knownErrors } of this.options.files?.end() ?? []) {
      this.log.add([finding], line, shownRef, knownErrors);
    }
    this.log.add(this.checker.end(this.bytes));
    const index = this.index.build();
    return {
      ...this.checker.counts,
      lines: this.lines,
      entries: index.entries,
      bytes: this.bytes,
      contentHash: index.contentHash,
      index,
      problems: this.log.problems,
      counts: this.log.counts,
      chunks: this.chunker.finish(),
      ...(this.diff === undefined ? {} : { diff: this.diff.finish() }),
    };
  }

  /** The next line, of bytes that somebody else has split, see {@link LineVisitor}. */
  visitLine(buffer: Buffer, start: number, end: number, line: number, overlong: boolean): void {
    this.lines += 1;
    if (overlong) {
      this.drop(this.checker.tooLong(buffer.toString('latin1', start, Math.min(end, start + 4096))), line);
    } else if (isBlank(buffer, start, end)) {
      this.log.add([lineFinding('BLANK_LINE', [], 'the line is blank and is left out; remove it')], line);
    } else {
      this.read(buffer, start, end, line);
    }
  }

  /** Tries the fast path first: a line that is unchanged, a line that is known valid; then the slow path. */
  private read(buffer: Buffer, start: number, end: number, line: number): void {
    const { source, resolvedLine, checker } = this;
    source.set(buffer, start, end);
    if (checker.fastPath && resolvedLine.take(source)) {
      if (this.reuse(checker.fastPath, line)) return;
      const accepted = resolvedLine.hashKey(source) ? checker.fastPath.accept(source) : undefined;
      if (accepted) {
        this.keep(accepted, line);
        return;
      }
    }
    const read = buffer.subarray(start, end);
    const inspected = checker.inspect(read);
    if (inspected.dropped) {
      this.drop(inspected, line, this.writtenRef(buffer, start, end));
      return;
    }
    const resolved = checker.resolved(read, inspected);
    if (resolved !== read) source.set(resolved, 0, resolved.length);
    resolvedLine.takeInspected(source);
    this.keep(inspected, line);
  }

  /** Takes over a line that is equal to a previous one; false when it is not, or when that cannot be known without parsing it. */
  private reuse(fastPath: FastPath, line: number): boolean {
    const { diff, resolvedLine } = this;
    if (diff === undefined || this.options.previousIsCanonical) return false;
    const { entry } = resolvedLine;
    let previous = diff.next;
    if (!diff.isNext(entry)) {
      if (!resolvedLine.hashKey(this.source)) return false;
      previous = diff.find(entry);
      // A second line with the same key is left to the slow path, which reports it.
      if (previous < 0 || diff.lineOf(previous) !== 0 || !diff.previous.hasLine(previous, entry)) return false;
    }
    // The images of the previous manifest were in one bucket, so one line tells which.
    fastPath.addUninspected(this.reused === 0 ? parseS3Uri(JSON.parse(resolvedLine.text)['source-ref'])?.bucket : undefined);
    this.reused += 1;
    diff.keep(previous, line);
    this.accept(line);
    return true;
  }

  /** Keeps a good line, unless its image is there already. */
  private keep(inspected: CheckedLine, line: number): void {
    const { diff, resolvedLine } = this;
    const previous = diff === undefined ? -1 : diff.find(resolvedLine.entry);
    const firstLine = previous >= 0 ? diff!.lineOf(previous) : this.lineOfKnownKey();
    if (firstLine !== 0) {
      this.log.add([this.checker.duplicate(firstLine)], line, this.shownRef());
      this.checker.addDropped();
      return;
    }
    const findings = this.options.files ? this.withFiles(this.options.files, inspected, line) : inspected.findings;
    if (findings.length > 0) this.log.add(findings, line, this.shownRef());
    this.checker.add(inspected);
    if (diff !== undefined) this.compare(diff, previous, line);
    this.accept(line);
  }

  private compare(diff: DiffTracker, previous: number, line: number): void {
    const { resolvedLine } = this;
    if (previous >= 0 && diff.previous.hasLine(previous, this.comparedHash())) {
      diff.keep(previous, line);
    } else {
      diff.change(previous, line, resolvedLine.bytes);
      this.changes.addLine(resolvedLine.buffer, resolvedLine.start, resolvedLine.end);
    }
  }

  private comparedHash(): Int32Array {
    if (!this.options.previousIsCanonical) return this.resolvedLine.entry;
    const hash = new Int32Array(KEY_WORD);
    hash128OfText(canonicalLine(this.checker.listed(this.resolvedLine.text)), hash, 0);
    return hash;
  }

  /** Makes the line an entry of the resolved manifest. */
  private accept(line: number): void {
    const { index, resolvedLine } = this;
    if (index.entries === this.entryLines.length) {
      const larger = new Uint32Array(2 * this.entryLines.length);
      larger.set(this.entryLines);
      this.entryLines = larger;
    }
    this.entryLines[index.entries] = line;
    index.add(resolvedLine.entry);
    this.bytes += resolvedLine.bytes;
    this.chunker.add(resolvedLine.bytes);
    resolvedLine.emit();
  }

  private drop(inspected: CheckedLine, line: number, written?: string): void {
    this.log.add(inspected.findings, line, written ?? inspected.sourceRef);
    this.checker.addDropped();
  }

  /** Adds what is wrong with the files of a line to what is wrong with the line, without saying anything twice. */
  private withFiles(files: EntryFiles, { findings, imageSizes, maskRef }: CheckedLine, line: number): readonly Finding[] {
    const { sourceRef } = this.resolvedLine;
    const isError = findings.some(({ severity }) => severity === 'error');
    const inFiles = files.check({ line, sourceRef, shownRef: () => this.shownRef(), imageSizes, maskRef, isError });
    return inFiles.length === 0 ? findings : [...findings, ...inFiles.filter(({ code }) => findings.every((found) => found.code !== code))];
  }

  /** The reference of a kept line, as problems name it. */
  private shownRef(): string {
    const { bytes, start, end } = this.source;
    return this.writtenRef(bytes, start, end) ?? this.resolvedLine.sourceRef;
  }

  /** The reference of a line as it is written, if problems shall name it so. */
  private writtenRef(bytes: Buffer, start: number, end: number): string | undefined {
    return this.options.writtenRefs ? writtenReference(bytes, start, end) : undefined;
  }

  /** Line of the entry with the resolved line's key, where `previous` has no such key; 0 when there is none: then the next entry is it. */
  private lineOfKnownKey(): number {
    const { index } = this;
    const entry = this.newKeys.add(index.entries, this.resolvedLine.entry, KEY_WORD, index.words);
    return entry < 0 ? 0 : this.entryLines[entry];
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
