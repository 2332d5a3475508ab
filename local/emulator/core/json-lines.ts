/** Most bytes of a manifest, in both services: 1 GB. */
export const MANIFEST_BYTES = 2 ** 30;

/** An object of JSON, with members of its own only. */
export type JsonObject = Readonly<Record<string, unknown>>;

const LINE_FEED = 0x0a;
const UTF8_BYTES = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Cuts what is pushed into lines. The end of the last line may be missing, and of an endless line only the first bytes are kept. */
export class LineCutter {
  private readonly most: number;
  private readonly pending: Buffer[] = [];
  private kept = 0;

  /** @param characters more than these need not be told apart */
  constructor(characters: number, private readonly line: (bytes: Buffer) => void) {
    this.most = characters * UTF8_BYTES + 1;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.keep(bytes.subarray(start, end));
      this.cut();
      start = end + 1;
    }
    if (start < bytes.length) this.keep(bytes.subarray(start));
  }

  end(): void {
    if (this.kept > 0) this.cut();
  }

  private keep(bytes: Buffer): void {
    const some = bytes.subarray(0, this.most - this.kept);
    this.pending.push(some);
    this.kept += some.length;
  }

  private cut(): void {
    const { pending } = this;
    this.line(pending.length === 1 ? pending[0] : Buffer.concat(pending));
    pending.length = 0;
    this.kept = 0;
  }
}

/** Whether a line has nothing but the white space of JSON. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Whether a line has more characters, which are Unicode's, as in the lengths of the API models. */
export function isLonger(bytes: Uint8Array, characters: number): boolean {
  return bytes.length > characters && (bytes.length > characters * UTF8_BYTES || [...Buffer.from(bytes).toString()].length > characters);
}

/** The text of a line without the white space around it, unless it is not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes).replace(/^[ \t\r]+|[ \t\r]+$/g, '');
  } catch {
    return undefined;
  }
}

/** The object that a line is, unless it is none. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the members that have a partner `<name>-metadata`, in their order. What is a partner itself is none of them. */
export function labelAttributes(line: JsonObject): string[] {
  const names = Object.keys(line).filter((name) => name !== 'source-ref' && Object.hasOwn(line, `${name}-metadata`));
  return names.filter((name) => !names.some((other) => name === `${other}-metadata`));
}

/** Bucket and key of `s3://bucket/key`, unless the value is something else. */
export function s3Location(value: unknown): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = (typeof value === 'string' && /^s3:\/\/([^/]+)\/(.+)$/is.exec(value)) || [];
  return bucket === undefined ? undefined : { bucket, key };
}
