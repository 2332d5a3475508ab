import { Token, Tokenization } from 'aws-cdk-lib';
import { checkValue } from '../argument-checks';
import type { Expected } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { textManifest } from './local-file';

const CALLER = 'Manifest.fromEntries';
const ENTRIES: Expected = {
  accepts: (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null),
  write: "an array of objects, such as [{ 'source-ref': 's3://my-images/crows/1.jpg' }]",
};

/** Entries that are written in code, as they are now: later changes to the objects do not count. */
export function entriesManifest(entries: readonly object[]): ManifestSource {
  checkValue(CALLER, 'entries', entries, ENTRIES);
  const unresolved = entries.findIndex(holdsToken);
  if (unresolved >= 0) {
    throw new Error(`${CALLER}: entry ${unresolved + 1} holds a value that is only known at deployment (a token), but entries are checked and hashed at synth; write a relative source-ref such as "birds/1.jpg" and give the dataset images: Images.inBucket(bucket), which puts the bucket's name in front at deployment`);
  }
  return textManifest(CALLER, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

function holdsToken(value: any): boolean {
  if (Token.isUnresolved(value) || Tokenization.isResolvable(value)) return true;
  if (Array.isArray(value)) return value.some(holdsToken);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => Token.isUnresolved(key) || holdsToken(member));
}
