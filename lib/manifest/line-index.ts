export class LineIndex {
  readonly entries: number = 0;
  readonly contentHash: string = '';
  toBytes(): Buffer { throw new Error('not built yet'); }
  static parse(_bytes: Uint8Array): LineIndex { throw new Error('not built yet'); }
}
