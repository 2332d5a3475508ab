import { isObject } from '../../manifest';
import type { JsonObject } from '../../manifest';
import { ConversionReport } from '../conversion-report';
import type { ConversionKind } from '../conversion-report';
import { LabelSource } from './label-source';
import { mendedEntry, withTidyNames } from './mend';

/** The object of a line; an empty one for what is no JSON object, which the rules of the service tell. */
export function entryOf(text: string): JsonObject {
  try {
    const entry: unknown = JSON.parse(text);
    return isObject(entry) ? entry : {};
  } catch {
    return {};
  }
}

/**
 * What would become of a line if it were the only one.
 *
 * @returns undefined for a line that stays as it is, or of which it is not known which labels count
 */
export function mendedLine(text: string): { readonly text: string; readonly kinds: ReadonlySet<ConversionKind> } | undefined {
  const kinds = new Set<ConversionKind>();
  const tell = (kind: ConversionKind) => { kinds.add(kind); };
  const entry = entryOf(text);
  const tidy = withTidyNames(entry, tell);
  const survey = new LabelSource();
  survey.see(tidy, () => '');
  const source = survey.choose(undefined, '', new ConversionReport());
  const mended = source === undefined ? entry : mendedEntry(tidy, source, tell);
  return mended === entry ? undefined : { text: JSON.stringify(mended), kinds };
}
