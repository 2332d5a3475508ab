/** Which label attribute of a labeling job's output holds the labels. */

import { IMAGE_CLASSIFICATION, isObject, METADATA, OBJECT_DETECTION } from '../../manifest';
import type { JsonObject } from '../../manifest';
import type { ConversionReport } from '../conversion-report';
import { GROUND_TRUTH_KINDS } from './kinds';

/** Several image-level labels an image, in one attribute. */
export const MULTILABEL = 'groundtruth/image-classification-multilabel';
const VERIFICATION = 'groundtruth/label-verification';
const LABELS: readonly unknown[] = [IMAGE_CLASSIFICATION, OBJECT_DETECTION, MULTILABEL];

/** A label attribute of an entry. */
export interface LabelAttribute {
  readonly name: string;
  readonly metadata: JsonObject;
}

/** The attributes of an entry that a labeling job has written. */
export function labelAttributes(entry: JsonObject): LabelAttribute[] {
  return Object.entries(entry).flatMap(([key, metadata]) =>
    key.endsWith(METADATA) && isObject(metadata) && /^groundtruth\//.test(String(metadata.type)) ? [{ name: key.slice(0, -METADATA.length), metadata }] : []);
}

/** Whether reviewers have written it about the labels of another attribute. */
export function isVerification({ metadata }: LabelAttribute): boolean {
  return metadata.type === VERIFICATION;
}

interface Candidate {
  readonly type: unknown;
  /** Where it was first seen. */
  readonly where: string;
  /** Whether a job has adjusted the labels of an attribute before it. */
  adjusts: boolean;
  /** How many attributes at most come before it in an entry: jobs append theirs. */
  place: number;
}

/** Looks at all entries, and chooses the attribute that is read. */
export class LabelSource {
  private readonly candidates = new Map<string, Candidate>();

  see(entry: JsonObject, where: () => string): void {
    const attributes = labelAttributes(entry).filter((attribute) => !isVerification(attribute));
    for (const [place, { name, metadata }] of attributes.entries()) {
      const known = this.candidates.get(name) ?? { type: metadata.type, where: where(), adjusts: false, place };
      known.place = Math.max(known.place, place);
      known.adjusts ||= 'adjustment-status' in metadata;
      this.candidates.set(name, known);
    }
  }

  /**
   * The attribute that was chosen; otherwise the last one of a chain of jobs that adjust each other.
   *
   * @param chosen by the user
   * @param file for messages
   * @returns undefined after an error
   */
  choose(chosen: string | undefined, file: string, report: ConversionReport): string | undefined {
    const labels = [...this.candidates].filter(([, { type }]) => LABELS.includes(type)).sort(([, a], [, b]) => a.place - b.place);
    const all = [...this.candidates.keys()].join(', ') || 'no label attributes';
    if (chosen !== undefined) {
      const found = this.candidates.get(chosen);
      if (!found) report.add(GROUND_TRUTH_KINDS.noSource, file, undefined, `${chosen}, but there are ${all}`);
      else if (!LABELS.includes(found.type)) report.add(GROUND_TRUTH_KINDS.unsupportedType, found.where, undefined, `${chosen} is ${String(found.type)}`);
      else return chosen;
      return undefined;
    }
    if (labels.length === 0) {
      const [[name, { type, where }] = ['', { type: '', where: file }]] = this.candidates;
      if (name === '') report.add(GROUND_TRUTH_KINDS.noSource, file, undefined, `there are ${all}`);
      else report.add(GROUND_TRUTH_KINDS.unsupportedType, where, undefined, `${name} is ${String(type)}`);
      return undefined;
    }
    const [, ...later] = labels;
    if (later.some(([, { adjusts }]) => !adjusts)) {
      report.add(GROUND_TRUTH_KINDS.severalSources, file, undefined, labels.map(([name]) => name).join(', '));
      return undefined;
    }
    return labels.at(-1)![0];
  }
}
