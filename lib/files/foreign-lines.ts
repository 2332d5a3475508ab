import { mendedLine } from '../formats';
import { inspectLookoutLineBytes, LineSplitter } from '../manifest';
import type { ImageLocation, ProblemGroup, ServiceRules } from '../manifest';

/** What the rules of a service say of labels that are written for another one. */
const OF_LABELS: ReadonlySet<string> = new Set(['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'ERROR_UNSUPPORTED_USE_CASE_TYPE']);

/**
 * Which reader takes a manifest, or lines of it, that is not written for this service, as a sentence; undefined where none is known.
 *
 * @param errors what is wrong with it
 * @param copy gives the manifest
 * @param rules of the service
 */
export function readerAdvice(
  errors: readonly ProblemGroup[], copy: (receive: (bytes: Buffer) => void) => void, rules: ServiceRules, location?: ImageLocation,
): string | undefined {
  const lookout = errors.some(({ code }) => OF_LABELS.has(code)) ? lookoutAdvice(copy, rules, location) : undefined;
  return lookout ?? groundTruthAdvice(copy, rules, location);
}

type Copy = Parameters<typeof readerAdvice>[1];

function lookoutAdvice(copy: Copy, rules: ServiceRules, location?: ImageLocation): string | undefined {
  const checker = rules.check(location);
  let [lookout, others] = [0, 0];
  visitLines(copy, (line) => {
    const { class: found, findings } = inspectLookoutLineBytes(line, location);
    if (found === undefined) others += Number(findings.some(({ severity }) => severity === 'error'));
    else lookout += Number(checker.inspect(line).findings.some(({ code }) => OF_LABELS.has(code)));
  });
  if (lookout === 0) return undefined;
  const reader = 'Manifest.fromLookout(path, { target }), which converts them';
  return others === 0
    ? `The lines are of Lookout for Vision: read them with ${reader}.`
    : `${lookout} of ${lookout + others} labeled lines are of Lookout for Vision: put them into a manifest of their own and read it with ${reader}.`;
}

/** Of lines that are right when they are mended. */
function groundTruthAdvice(copy: Copy, rules: ServiceRules, location?: ImageLocation): string | undefined {
  const checker = rules.check(location);
  const isWrong = (line: Buffer) => checker.inspect(line).findings.some(({ severity }) => severity !== 'warning');
  const kinds = new Set<string>();
  let count = 0;
  visitLines(copy, (line) => {
    const mended = isWrong(line) ? mendedLine(line.toString()) : undefined;
    if (!mended || isWrong(Buffer.from(mended.text))) return;
    count += 1;
    for (const { text } of mended.kinds) kinds.add(text);
  });
  if (count === 0) return undefined;
  return `Manifest.fromGroundTruth(path) takes ${count === 1 ? 'one of these lines' : `${count} of these lines`}: ${[...kinds].join('; ')}.`;
}

function visitLines(copy: Copy, visit: (line: Buffer) => void): void {
  const lines = new LineSplitter((buffer, start, end) => { visit(buffer.subarray(start, end)); });
  copy((bytes) => { lines.push(bytes); });
  lines.end();
}
