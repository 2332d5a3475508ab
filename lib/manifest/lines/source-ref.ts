/**
 * References to images: what an `s3://` URI is, and how a reference of the manifest becomes one.
 */

/** The bucket that holds the images. */
export interface ImageLocation {
  readonly bucket: string;
  /** Put before every relative reference: empty, or ends with `/`. */
  readonly prefix: string;
  /** `s3://old/prefix/`: where the manifest was exported; taken off every absolute reference and replaced by bucket and prefix. */
  readonly rewriteFrom?: string;
}

/** A reference that cannot be resolved. */
export class SourceRefError extends Error {
  /** @param advice what is wrong and what to change, without a final full stop */
  constructor(readonly advice: string) {
    super(advice);
    this.name = 'SourceRefError';
  }
}

/** A resolved reference is `head` followed by the written one without its first `drop` characters. */
export interface SourceRefSplice {
  readonly head: string;
  readonly drop: number;
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
/** Bucket characters and length as the API model gives them for S3Object; the scheme's case does not matter. */
const S3_URI = /^[sS]3:\/\/([0-9A-Za-z.\-_]{3,255})\/(?=[^])/;

/**
 * Bucket and key of an `s3://` URI, character for character: nothing is URL-decoded.
 *
 * @returns undefined for anything that is not `s3://bucket/key`
 */
export function parseS3Uri(uri: string): { bucket: string; key: string } | undefined {
  const match = S3_URI.exec(uri);
  return match === null ? undefined : { bucket: match[1], key: uri.slice(match[0].length) };
}

/**
 * The full reference of an image.
 *
 * - relative: `s3://bucket/` + prefix + reference;
 * - absolute: its bucket is replaced and its key kept; with `rewriteFrom` it must begin with that, and the rest is
 *   put behind bucket and prefix;
 * - without `images`: as written.
 *
 * Every other character stays: blanks, `%`, `+` and non-ASCII letters are part of the key.
 *
 * @throws SourceRefError for an empty reference, one with a leading slash, another scheme, or outside `rewriteFrom`
 */
export function resolveSourceRef(ref: string, images?: ImageLocation): string {
  if (images === undefined) return ref;
  const { head, drop } = spliceSourceRef(ref, images);
  return head + ref.slice(drop);
}

/**
 * How {@link resolveSourceRef} changes a reference, for callers who change bytes in place. Works on characters of any
 * encoding, as long as `rewriteFrom` is in the same one.
 *
 * @throws SourceRefError as {@link resolveSourceRef}
 */
export function spliceSourceRef(ref: string, images: ImageLocation): SourceRefSplice {
  if (ref === '') throw new SourceRefError('source-ref is empty; give it the key of an image');
  if (ref.startsWith('/')) throw new SourceRefError('source-ref begins with a slash, which no key does; remove the slash');
  const scheme = SCHEME.exec(ref)?.[1];
  if (scheme === undefined) return { head: `s3://${images.bucket}/${images.prefix}`, drop: 0 };
  if (scheme.toLowerCase() !== 's3') {
    throw new SourceRefError(`source-ref is a ${scheme}:// address; use s3://bucket/key or a key relative to the image bucket`);
  }
  const drop = S3_URI.exec(ref)?.[0].length;
  if (drop === undefined) throw new SourceRefError('source-ref lacks a valid bucket or a key; write it as s3://bucket/key');
  if (images.rewriteFrom === undefined) return { head: `s3://${images.bucket}/`, drop };
  if (!ref.startsWith(images.rewriteFrom)) {
    throw new SourceRefError(`source-ref does not begin with ${images.rewriteFrom}, where the manifest was exported; `
      + 'correct the reference or the location it was exported from');
  }
  if (ref.length === images.rewriteFrom.length) {
    throw new SourceRefError(`source-ref has no key behind ${images.rewriteFrom}; give it the key of an image`);
  }
  return { head: `s3://${images.bucket}/${images.prefix}`, drop: images.rewriteFrom.length };
}

/** "Bucket naming rules" of Amazon S3; the API model of the service takes more. */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Whether a bucket of that name can be made today. A few from before 2018 have names of other kinds. */
export function isBucketName(name: string): boolean {
  return BUCKET.test(name);
}

/** Longest key of an S3 object, in UTF-8 bytes. */
export const MAX_KEY_BYTES = 1024;

/** Zero-width and other invisible characters, which copying from a page or a spreadsheet leaves behind. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/;

const CONTROL = /[\u0000-\u001f\u007f]/;
const ODDITIES: readonly (readonly [RegExp, string])[] = [
  [INVISIBLE, 'has an invisible character; remove it unless the key of the object has it too'],
  [CONTROL, 'has a control character; remove it unless the key of the object has it too'],
  [/^\s|\s$/, 'begins or ends with a blank; remove it unless the key of the object has it too'],
  [/%[0-9A-Fa-f]{2}/, 'looks percent-encoded; write the key with its plain characters, because nothing is decoded'],
  [/\\/, 'has a backslash; keys are separated by forward slashes'],
  [/(?:^|\/)\.{1,2}(?:\/|$)/, 'has a "." or ".." step, which S3 does not follow; write the key in full'],
];

/**
 * What is odd about a reference that the service would accept and then find no image for.
 *
 * @param written the reference as it is in the manifest
 * @param resolved the same one as an `s3://` URI
 * @returns the advice, or undefined when nothing is odd
 */
export function lintSourceRef(written: string, resolved: string): string | undefined {
  const { bucket, key } = parseS3Uri(written) ?? { key: written };
  if (written === resolved && bucket !== undefined && !isBucketName(bucket)) {
    return `source-ref has the bucket ${bucket}, and no bucket has such a name; use lower-case letters, digits, hyphens and dots`;
  }
  const odd = ODDITIES.find(([pattern]) => pattern.test(key));
  if (odd !== undefined) return `source-ref ${odd[1]}`;
  // Three bytes at most for a UTF-16 unit: most keys need no counting.
  if (resolved.length * 3 <= MAX_KEY_BYTES) return undefined;
  const bytes = Buffer.byteLength(parseS3Uri(resolved)?.key ?? resolved);
  return bytes > MAX_KEY_BYTES
    ? `source-ref has a key of ${bytes} bytes, and no object has more than ${MAX_KEY_BYTES}; shorten it`
    : undefined;
}
