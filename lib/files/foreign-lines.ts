import { inspectLookoutLineBytes, LineSplitter } from '../manifest';
import type { ImageLocation, ProblemGroup, ServiceRules } from '../manifest';

/** What the rules of a service say of labels that are written for another one. */
const OF_LABELS: ReadonlySet<string> = new Set(['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'ERROR_UNSUPPORTED_USE_CASE_TYPE']);

/**
 * Which reader takes a manifest, or lines of it, that is not written for this service, as a sentence; undefined where none is known.
 *
 * @param errors what is wrong with it; where that is not its labels, it is not read again
 * @param copy gives the manifest
 * @param rules of the service
 */
export function readerAdvice(
  errors: readonly ProblemGroup[], copy: (receive: (bytes: Buffer) => void) => void, rules: ServiceRules, location?: ImageLocation,
): string | undefined {
  if (!errors.some(({ code }) => OF_LABELS.has(code))) return undefined;
  const checker = rules.check(location);
  let [lookout, others] = [0, 0];
  const lines = new LineSplitter((buffer, start, end) => {
    const line = buffer.subarray(start, end);
    const { class: found, findings } = inspectLookoutLineBytes(line, location);
    if (found === undefined) others += Number(findings.some(({ severity }) => severity === 'error'));
    else lookout += Number(checker.inspect(line).findings.some(({ code }) => OF_LABELS.has(code)));
  });
  copy((bytes) => { lines.push(bytes); });
  lines.end();
  if (lookout === 0) return undefined;
  const reader = 'Manifest.fromLookout(path, { target }), which converts them';
  return others === 0
    ? `The lines are of Lookout for Vision: read them with ${reader}.`
    : `${lookout} of ${lookout + others} labeled lines are of Lookout for Vision: put them into a manifest of their own and read it with ${reader}.`;
}
