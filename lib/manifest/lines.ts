export type LineVisitor = (buffer: Buffer, start: number, end: number, line: number, overlong: boolean) => void;
export class LineSplitter {
  constructor(readonly visit: LineVisitor, readonly maxLineBytes?: number) {}
  push(_chunk: Uint8Array): void { throw new Error('not built yet'); }
  end(): void { throw new Error('not built yet'); }
}
