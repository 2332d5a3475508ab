/** Bytes at the beginning, doubled up to the size of a piece: many manifests are small. */
const FIRST_SIZE = 4096;
const SIZE = 1024 * 1024;

/** Gathers lines into pieces of about 1 MiB for a receiver. Without a receiver it is scratch memory. */
export class OutputBuffer {
  /** Where the next bytes go: write from `position` on, then {@link commit} them (or not). */
  buffer: Buffer = Buffer.alloc(0);
  /** Of `buffer`. */
  view: DataView = new DataView(new ArrayBuffer(0));
  position = 0;

  /** @param receiver has the bytes for the time of the call: the same memory takes the next lines */
  constructor(private readonly receiver: ((bytes: Buffer) => void) | undefined) {}

  /** Makes room for `bytes` from `position` on; `buffer`, `view` and `position` may be others afterwards. */
  reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    if (this.position + bytes > SIZE) this.flush();
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_SIZE, Math.min(SIZE, 2 * this.buffer.length), needed));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
    this.view = new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length);
  }

  /** What was written to `[position, position + bytes)` belongs to the output. */
  commit(bytes: number): void {
    if (this.receiver !== undefined) this.position += bytes;
  }

  /** Copies a line and ends it. */
  addLine(source: Buffer, start: number, end: number): void {
    if (this.receiver === undefined) return;
    const length = end - start;
    this.reserve(length + 1);
    source.copy(this.buffer, this.position, start, end);
    this.buffer[this.position + length] = 0x0a;
    this.commit(length + 1);
  }

  /** Hands everything over. */
  flush(): void {
    if (this.position === 0) return;
    this.receiver!(this.buffer.subarray(0, this.position));
    this.position = 0;
  }
}
