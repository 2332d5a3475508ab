/** Where the developer guides are silent, library and emulated service may differ on a line. */
export interface SilentRule {
  readonly why: string;
  /** A line on which they do. */
  readonly example: string;
  /** Which lines are meant. */
  about(text: string, line: Readonly<Record<string, any>>): boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether one of the rules is about a line. It is read without the code of either side. */
export function isSilent(rules: readonly SilentRule[], bytes: Buffer): boolean {
  const read = objectOf(bytes);
  return read !== undefined && rules.some(({ about }) => about(read.text, read.line));
}

function objectOf(bytes: Buffer): { text: string; line: Readonly<Record<string, any>> } | undefined {
  try {
    const text = utf8.decode(bytes);
    const line = JSON.parse(text);
    return typeof line === 'object' && line !== null && !Array.isArray(line) ? { text, line } : undefined;
  } catch {
    return undefined;
  }
}

/** Rules on which both guides are silent, with an example for each. */
export function sharedSilentRules(examples: Readonly<Record<'twoReferences' | 'bucketName' | 'halfPair' | 'characters', string>>): readonly SilentRule[] {
  return [
    {
      why: 'which of two source-refs counts is not told: the service takes the last one, as JSON.parse does; the library refuses to guess',
      example: examples.twoReferences,
      about: (text) => text.split('"source-ref"').length > 2,
    },
    {
      why: 'which names a bucket may have is told for the manifest, not for images: the library holds all to the same, as no other bucket exists',
      example: examples.bucketName,
      about: (_text, { 'source-ref': ref }) => !/^[0-9A-Za-z.\-_]{3,255}$/.test(bucketOf(ref)),
    },
    {
      why: 'half of a surrogate pair is no text that an object could have as its key: the service lets it pass, the library refuses it',
      example: examples.halfPair,
      about: (_text, { 'source-ref': ref }) => /\p{Surrogate}/u.test(ref),
    },
    {
      why: 'what a character is, is not told: the API model counts code points, the library UTF-16 units, which are never fewer',
      example: examples.characters,
      about: (text) => /[\u{10000}-\u{10ffff}]/u.test(text),
    },
  ];
}

/** A name that every bucket may have where the reference names none. */
function bucketOf(reference: unknown): string {
  return (typeof reference === 'string' && /^s3:\/\/([^/]+)\/.+$/i.exec(reference)?.[1]) || 'none';
}
