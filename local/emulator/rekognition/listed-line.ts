import { isServiceMember } from '../../../lib/manifest';
import type { Finding } from '../../../lib/manifest';
import type { Entry } from './dataset-entries';

const NESTED_LISTS = ['cl-errors', 'cl-warnings'];
const MAY_CARRY_ADDITIONS = /"(?:cl-|errors"|warnings")/;

/** A line as it is kept: what the service added when it listed the line is taken out, any other line stays as it was written. */
export function withoutAdditions(text: string): string {
  if (!MAY_CARRY_ADDITIONS.test(text)) return text;
  try {
    let found = false;
    const line = JSON.parse(text, (key, value) => {
      if (!NESTED_LISTS.includes(key)) return value;
      found = true;
      return undefined;
    });
    for (const key of Object.keys(line)) {
      if (!isServiceMember(key, line[key])) continue;
      found = true;
      delete line[key];
    }
    return found ? JSON.stringify(line) : text;
  } catch {
    return text; // no JSON object: the rules will say so
  }
}

/** A line as ListDatasetEntries shows it: `cl-metadata` behind the last member, and `cl-errors` in the objects the findings point at. */
export function listedLine({ line, inspected }: Entry): string {
  const text = line.toString();
  const metadata = { is_labeled: inspected.labeled };
  if (inspected.findings.length === 0) {
    const body = text.slice(0, text.lastIndexOf('}')).trimEnd();
    return `${body},"cl-metadata":${JSON.stringify(metadata)}}`;
  }
  const listed = JSON.parse(text);
  listed['cl-metadata'] = metadata;
  for (const finding of inspected.findings) {
    const { code, message } = finding;
    (target(listed, finding)['cl-errors'] ??= []).push({ code, message });
  }
  return JSON.stringify(listed);
}

/** The object a finding points at, or the one around it when it points at something that cannot carry a list. */
function target(line: any, { place }: Finding): any {
  let [at, object] = [line, line];
  for (const step of place) {
    at = at[step];
    if (typeof at !== 'object' || at === null) break;
    if (!Array.isArray(at)) object = at;
  }
  return object;
}
