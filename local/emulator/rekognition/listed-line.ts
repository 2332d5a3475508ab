import { isObject } from '../core/json-lines';
import type { Entry } from './dataset-entries';

/** A line as ListDatasetEntries shows it: `cl-metadata` behind the last member, and `cl-errors` in the objects that are wrong. */
export function listedLine({ line, labeled, errors }: Entry): string {
  const text = line.toString();
  const metadata = { is_labeled: labeled };
  if (errors.length === 0) return `${text.slice(0, -1).trimEnd()},"cl-metadata":${JSON.stringify(metadata)}}`;
  const listed = JSON.parse(text);
  listed['cl-metadata'] = metadata;
  for (const { code, message, place } of errors) (innermost(listed, place)['cl-errors'] ??= []).push({ code, message });
  return JSON.stringify(listed);
}

/** The object at a place, or the one around it when something else is there. */
function innermost(line: any, place: readonly (string | number)[]): any {
  let [at, object] = [line, line];
  for (const step of place) {
    at = at[step];
    if (isObject(at)) object = at;
  }
  return object;
}
