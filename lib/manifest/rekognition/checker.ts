import type { SourceLine } from '../lines/source-line';
import type { ImageLocation } from '../lines/source-ref';
import type { Finding } from '../rules/finding';
import type { FastPath, ManifestChecker, ManifestCounts, ServiceRules } from '../rules/service-rules';
import { inspectLineBytes, tooLong } from './inspect-line';
import type { InspectedLine } from './inspect-line';
import { entryLimit, REKOGNITION_LIMITS } from './limits';
import type { EntryLimit } from './limits';
import { LineScanner } from './line-scanner';
import { finding } from './rules';
import { DatasetStats } from './stats';

class RekognitionChecker implements ManifestChecker, FastPath {
  readonly fastPath = this;
  private readonly scanner: LineScanner;
  private readonly stats = new DatasetStats();
  private inspectedAll = true;

  constructor(private readonly limit: EntryLimit, private readonly images?: ImageLocation) {
    this.scanner = new LineScanner(images);
  }

  get counts(): ManifestCounts {
    const { labeledEntries, labels } = this.stats;
    return this.inspectedAll ? { labeledEntries, labels } : { labeledEntries: undefined, labels: undefined };
  }

  accept(line: SourceLine): InspectedLine | undefined {
    return this.scanner.accepts(line) ? this.scanner.line : undefined;
  }

  inspect(line: Buffer): InspectedLine {
    return inspectLineBytes(line, this.images);
  }

  tooLong(beginning: string): InspectedLine {
    return tooLong(beginning);
  }

  duplicate(firstLine: number): Finding {
    const advice = `source-ref occurs already in line ${firstLine}, and the service keeps the first one only; remove one of the two lines`;
    return finding('ERROR_DUPLICATE_SOURCE_REF', [], advice);
  }

  resolved(line: Buffer): Buffer {
    return line;
  }

  listed(text: string): string {
    return text;
  }

  add(line: InspectedLine): void {
    this.stats.add(line);
  }

  addDropped(): void {
    this.stats.addDropped();
  }

  addUninspected(bucket?: string): void {
    this.inspectedAll = false;
    this.stats.addUninspected(bucket);
  }

  end(bytes: number): Finding[] {
    return this.stats.validate(bytes, this.limit);
  }
}

/**
 * Amazon Rekognition Custom Labels, whose limits depend on the Region and the type of the dataset.
 *
 * @param region absent: not known, so that the limits of most Regions hold
 */
export function rekognitionRulesIn(region?: string, type?: 'TRAIN' | 'TEST'): ServiceRules {
  const limit = entryLimit(region, type);
  return { chunkBytes: REKOGNITION_LIMITS.chunkBytes, check: (images) => new RekognitionChecker(limit, images) };
}

/** For a dataset in any Region. */
export const rekognitionRules = rekognitionRulesIn();
