import type { SourceLine } from '../lines/source-line';
import type { ImageLocation } from '../lines/source-ref';
import type { Finding } from './finding';
import type { StatedSize } from './stated-size';

/** What a service's rules say of one line. */
export interface CheckedLine {
  /** Resolved; present as soon as the line has a string there, even when the line is refused. */
  readonly sourceRef?: string;
  /** The sizes that the line states of its image; absent: none. */
  readonly imageSizes?: readonly StatedSize[];
  /** The resolved reference of its mask, where a service has masks. */
  readonly maskRef?: string;
  readonly findings: readonly Finding[];
  /** True when a terminal finding makes the line none of the dataset. */
  readonly dropped: boolean;
}

/** How many entries name a label. */
export interface LabelCount {
  readonly name: string;
  /** Entries that name it. */
  readonly entries: number;
  /** Entries that have it on a box. */
  readonly boxedEntries: number;
}

/** What the lines of a manifest come to. */
export interface ManifestCounts {
  /** Entries with a label; undefined when lines equal to previous ones were not inspected. */
  readonly labeledEntries: number | undefined;
  /** Labels in the order of their names; undefined when lines equal to previous ones were not inspected, and where a service has none. */
  readonly labels?: readonly LabelCount[];
  /** Entries of each class, where a service tells normal images from anomalous ones. */
  readonly classes?: { readonly normal: number; readonly anomaly: number };
}

/** The rules of a service at work on one manifest: lines are looked at in their order. */
export interface ManifestChecker {
  /** For ordinary lines. A service that has none gets every line inspected. */
  readonly fastPath?: FastPath;
  /** Everything there is to say of a line; `line` are its bytes without the line end. */
  inspect(line: Buffer): CheckedLine;
  /** What is said of a line that is too long to be read, by its beginning. */
  tooLong(beginning: string): CheckedLine;
  /** The advice on a second line of an image. */
  duplicate(firstLine: number): Finding;
  /** A good line with its references resolved, the source-ref apart. */
  resolved(line: Buffer, inspected: CheckedLine): Buffer;
  /** A line as the service lists it back, what it adds apart. */
  listed(text: string): string;
  /** Counts a line that was inspected or accepted, whether it was dropped or not. */
  add(line: CheckedLine): void;
  /** Counts a line that is dropped for a reason outside the line. */
  addDropped(): void;
  /** Ends the manifest: what is to be said of the whole, by its size in bytes. */
  end(bytes: number): Finding[];
  readonly counts: ManifestCounts;
}

/** Takes lines without parsing them. */
export interface FastPath {
  /**
   * What the rules say of a line that is known valid; undefined for every other line. Valid until the next call.
   *
   * @param line its reference was found
   */
  accept(line: SourceLine): CheckedLine | undefined;
  /**
   * Counts a line that is equal to a previous one and was inspected when that was sent.
   *
   * @param bucket of the image, when it is known
   */
  addUninspected(bucket?: string): void;
}

/** What has to be known of the service that a manifest is for. */
export interface ServiceRules {
  /** Most bytes to put into one UpdateDatasetEntries call. */
  readonly chunkBytes: number;
  check(images?: ImageLocation): ManifestChecker;
}
