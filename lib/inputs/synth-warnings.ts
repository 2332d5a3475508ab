import { Annotations, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { problemSentence, visible } from '../manifest';
import type { Subset } from '../manifest';
import type { CheckedManifest } from './manifest-source';

/**
 * Says on its dataset what was found in a manifest. Problems that would spoil the deployment are one error, which fails `cdk synth`;
 * otherwise there is a warning for each kind, with an id that can be acknowledged.
 */
export function addFindings(dataset: Construct, { name, errorMessage, warnings, errorEntries }: CheckedManifest): void {
  if (errorMessage !== undefined) {
    Validations.of(dataset).addError('cdk-vision-datasets:Dataset.invalidManifest', errorMessage);
    return;
  }
  const warn = (id: string, text: string) => Annotations.of(dataset).addWarningV2(`cdk-vision-datasets:Dataset.${id}`, visible(text));
  for (const code of new Set(warnings.map((warning) => warning.code))) {
    const [first, ...others] = warnings.filter((warning) => warning.code === code);
    const more = others.reduce((sum, { count }) => sum + count, 0);
    warn(camelCase(code), problemSentence(first, name) + (more > 0 ? ` (and ${more} more like it)` : ''));
  }
  if (errorEntries > 0) {
    warn('errorEntries', `${name}: ${errorEntries} ${errorEntries === 1 ? 'entry has' : 'entries have'} errors, which maxErrorEntries tolerates; training ignores them`);
  }
}

/** A warning on how a manifest was made. */
export interface SynthWarning {
  /** The end of the warning's id. */
  readonly kind: string;
  readonly text: string;
}

/**
 * A checked manifest that adds these warnings to the construct it is bound to. Of a split manifest, one subset alone does:
 * they are about what is in no subset.
 *
 * @param subset the subset that was checked; absent: the whole
 */
export function withSynthWarnings(checked: CheckedManifest, warnings: readonly SynthWarning[], subset?: Subset): CheckedManifest {
  if (subset && !subset.includes(undefined)) return checked;
  return {
    ...checked,
    bind: (scope) => {
      for (const { kind, text } of warnings) Annotations.of(scope).addWarningV2(`cdk-vision-datasets:Manifest.${kind}`, visible(text));
      return checked.bind(scope);
    },
  };
}

/** `WARNING_NO_ANNOTATIONS` → `noAnnotations`. */
function camelCase(code: string): string {
  return code.replace(/^WARNING_/, '').toLowerCase().replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
