import type { ImageLocation } from '../lines/source-ref';
import type { Finding } from '../rules/finding';
import type { ManifestChecker, ManifestCounts, ServiceRules } from '../rules/service-rules';
import { inspectLookoutLine, inspectLookoutLineBytes, listedLookoutLine, lookoutLineTooLong } from './inspect-line';
import type { InspectedLookoutLine } from './inspect-line';
import { LOOKOUT_LIMITS } from './limits';
import type { LookoutDatasetType } from './limits';
import { replaceMaskRef } from './mask';
import { lookoutFinding } from './rules';
import { LookoutDatasetStats } from './stats';

/** Looks at every line: a dataset has 16,000 at most, and their classes are to be compared with the service's counts. */
class LookoutChecker implements ManifestChecker {
  private readonly stats = new LookoutDatasetStats();

  constructor(private readonly type: LookoutDatasetType, private readonly images?: ImageLocation) {}

  get counts(): ManifestCounts {
    const { labeled, normal, anomaly } = this.stats;
    return { labeledEntries: labeled, classes: { normal, anomaly } };
  }

  inspect(line: Buffer): InspectedLookoutLine {
    return inspectLookoutLineBytes(line, this.images);
  }

  tooLong(): InspectedLookoutLine {
    return lookoutLineTooLong();
  }

  duplicate(firstLine: number): Finding {
    const advice = `source-ref occurs already in line ${firstLine}, and the service refuses the whole manifest for it; remove one of the two lines`;
    return lookoutFinding('ERROR_DUPLICATE_SOURCE_REF', [], advice);
  }

  resolved(line: Buffer, { maskAttribute, maskRef }: InspectedLookoutLine): Buffer {
    return this.images === undefined || maskRef === undefined ? line : replaceMaskRef(line, maskAttribute!, maskRef);
  }

  listed(text: string): string {
    return listedLookoutLine(text, inspectLookoutLine(text));
  }

  add(line: InspectedLookoutLine): void {
    this.stats.add(line);
  }

  addDropped(): void {
    this.stats.addDropped();
  }

  end(bytes: number): Finding[] {
    return [...this.stats.validate(this.type, bytes), ...this.stats.warnings(this.type)];
  }
}

/** Amazon Lookout for Vision, whose limits depend on the type of the dataset. */
export function lookoutRules(type: LookoutDatasetType): ServiceRules {
  return { chunkBytes: LOOKOUT_LIMITS.changesBytes, check: (images) => new LookoutChecker(type, images) };
}
