import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { describeProblem, visible } from '../manifest';
import type { CheckedManifest } from './manifest-source';

/** Tells what deserves attention without stopping anything: one annotation a kind, each with an id that can be acknowledged. */
export function warnAbout(dataset: Construct, { name, warnings, warningCount, errorEntries }: CheckedManifest): void {
  const warn = (id: string, text: string) => Annotations.of(dataset).addWarningV2(`cdk-vision-datasets:Dataset.${id}`, visible(text));
  for (const code of new Set(warnings.map((warning) => warning.code))) {
    const same = warnings.filter((warning) => warning.code === code);
    const more = same.length === 1 ? '' : ` (and ${warnings.length < warningCount ? 'at least ' : ''}${same.length - 1} more like it)`;
    warn(camelCase(code), describeProblem(same[0], name) + more);
  }
  if (errorEntries > 0) {
    warn('errorEntries', `${name}: ${errorEntries} ${errorEntries === 1 ? 'entry has' : 'entries have'} errors, which maxErrorEntries tolerates; training leaves them out`);
  }
}

/** `WARNING_NO_ANNOTATIONS` → `noAnnotations`. */
function camelCase(code: string): string {
  return code.replace(/^WARNING_/, '').toLowerCase().replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
