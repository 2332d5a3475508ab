import { quoted } from '../rules/finding';
import type { Finding } from '../rules/finding';
import type { InspectedLookoutLine } from './inspect-line';
import { LOOKOUT_LIMITS } from './limits';
import type { LookoutDatasetType } from './limits';
import { lookoutFinding } from './rules';
import type { LookoutRuleCode } from './rules';

/** Gathers what only the whole manifest shows, and validates it. */
export class LookoutDatasetStats {
  private readonly seenBuckets = new Set<string>();
  private readonly types = new Set<string>();
  private classes = { normal: 0, anomaly: 0 };
  private lineCount = 0;
  private refused = 0;
  private maskedAnomalies = 0;

  /** Lines, the refused ones included. */
  get lines(): number { return this.lineCount; }
  /** Lines that are entries of the dataset. */
  get total(): number { return this.lineCount - this.refused; }
  /** Entries that have a class (ImageStats.Labeled). */
  get labeled(): number { return this.classes.normal + this.classes.anomaly; }
  get normal(): number { return this.classes.normal; }
  get anomaly(): number { return this.classes.anomaly; }
  /** Anomaly types that masks name, sorted by UTF-16 units. */
  get anomalyTypes(): readonly string[] { return [...this.types].sort(); }
  /** Buckets of the images, in the order they were met. */
  get buckets(): readonly string[] { return [...this.seenBuckets]; }

  add(line: InspectedLookoutLine): void {
    if (line.dropped) {
      this.addDropped();
      return;
    }
    this.lineCount += 1;
    if (line.class !== undefined) this.classes[line.class] += 1;
    if (line.class === 'anomaly' && line.maskAttribute !== undefined) this.maskedAnomalies += 1;
    if (line.bucket !== undefined) this.seenBuckets.add(line.bucket);
    for (const type of line.anomalyTypes) this.types.add(type);
  }

  /** A line that is refused for a reason outside the line: a duplicate. */
  addDropped(): void {
    this.lineCount += 1;
    this.refused += 1;
  }

  /**
   * What the service would refuse the whole manifest for, apart from its lines.
   *
   * @param bytes size of the manifest file, when it is known
   */
  validate(type: LookoutDatasetType, bytes?: number): Finding[] {
    const findings: Finding[] = [];
    const refuse = (code: LookoutRuleCode, advice: string) => findings.push(lookoutFinding(code, [], advice));
    const { manifestBytes, entries } = LOOKOUT_LIMITS;
    if (this.lines === 0) refuse('ERROR_EMPTY_MANIFEST', 'the manifest has no lines; add images to it');
    if (bytes !== undefined && bytes > manifestBytes) {
      refuse('ERROR_MANIFEST_SIZE_TOO_LARGE', `the manifest has ${bytes} bytes, more than ${manifestBytes}; shorten or divide it`);
    }
    if (this.lines > entries[type]) {
      refuse('ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', `the manifest has ${this.lines} lines, and a ${type} dataset ${entries[type]} at most; take some out`);
    }
    if (this.seenBuckets.size > 1) {
      const [first, second] = this.seenBuckets;
      refuse('ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', `images are in ${this.seenBuckets.size} buckets, among them ${quoted(first)} and ${quoted(second)}; `
      + 'keep the images of a dataset in one bucket');
    }
    return findings;
  }

  /**
   * What would keep a model from being trained, or make it a poor one.
   *
   * @param single true for the train dataset of a project without a test dataset
   */
  warnings(type: LookoutDatasetType, single = false): Finding[] {
    const warnings: Finding[] = [];
    const warn = (code: LookoutRuleCode, advice: string) => warnings.push(lookoutFinding(code, [], advice));
    const { trainingImages, segmentationEntries, anomalyTypes } = LOOKOUT_LIMITS;
    const least = trainingImages[single ? 'single' : type];
    for (const one of ['normal', 'anomaly'] as const) {
      if (this.classes[one] < least[one]) {
        warn('WARNING_TOO_FEW_IMAGES', `the ${type} dataset has ${this.classes[one]} images of the class "${one}", and training needs ${least[one]}; add some`);
      }
    }
    if (this.maskedAnomalies > 0 && this.total > segmentationEntries[type]) {
      warn('WARNING_TOO_MANY_SEGMENTATION_ENTRIES',
        `the ${type} dataset has masks and ${this.total} images, and segmentation allows ${segmentationEntries[type]}; take some out`);
    }
    if (this.maskedAnomalies > 0 && this.maskedAnomalies < this.anomaly) {
      warn('WARNING_MASKS_INCOMPLETE', `${this.anomaly - this.maskedAnomalies} of ${this.anomaly} anomalous images have no mask; add the masks or leave all of them out`);
    }
    if (this.types.size > anomalyTypes) {
      warn('WARNING_TOO_MANY_ANOMALY_TYPES', `the masks name ${this.types.size} anomaly types, and a project has ${anomalyTypes} at most; merge some`);
    }
    return warnings;
  }
}
