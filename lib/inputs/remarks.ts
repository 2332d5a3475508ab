import { Annotations } from 'aws-cdk-lib';
import { visible } from '../manifest';
import type { Subset } from '../manifest';
import type { CheckedManifest } from './manifest-source';

/** What is worth saying of the making of a manifest, as a warning. */
export interface Remark {
  /** The end of the warning's id. */
  readonly kind: string;
  readonly text: string;
}

/**
 * A checked manifest that says its remarks where it is bound. Of a split manifest one part alone says them: they are about
 * what is in no part.
 *
 * @param part the part that was checked; absent: the whole
 */
export function withRemarks(checked: CheckedManifest, remarks: readonly Remark[], part?: Subset): CheckedManifest {
  if (part && !part.includes(undefined)) return checked;
  return {
    ...checked,
    bind: (scope) => {
      for (const { kind, text } of remarks) Annotations.of(scope).addWarningV2(`cdk-vision-datasets:Manifest.${kind}`, visible(text));
      return checked.bind(scope);
    },
  };
}
