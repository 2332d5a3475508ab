/** Finds names that a person would take for the same, but S3 and labels do not. */
export class Lookalikes {
  private readonly byFolded: ReadonlyMap<string, string>;

  constructor(names: Iterable<string>) {
    this.byFolded = new Map([...names].map((name) => [folded(name), name]));
  }

  /** A name that looks like this one; it may be the same. */
  public of(name: string): string | undefined {
    return this.byFolded.get(folded(name));
  }
}

/** In what two such names differ, as the end of a sentence on the second one. */
export function difference(name: string, variant: string): string {
  return name.normalize('NFC') === variant.normalize('NFC')
    ? 'which looks alike but is another Unicode form (composed and decomposed letters are different names in S3)'
    : 'which differs in upper and lower case (they are different names in S3)';
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
