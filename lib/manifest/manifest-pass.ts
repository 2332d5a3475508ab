import type { Chunk } from './chunker';
import type { LabelCount } from './dataset-tally';
import type { Problem } from './finding';
import type { LineIndex } from './line-index';
import type { ImageLocation } from './source-ref';

export interface ManifestPassOptions {
  readonly images?: ImageLocation;
  readonly previous?: LineIndex;
  readonly previousIsCanonical?: boolean;
  readonly wanted?: (bytes: Buffer) => void;
  readonly changed?: (bytes: Buffer) => void;
  readonly chunkBytes?: number;
  readonly maxProblems?: number;
}

export interface ManifestDiff {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: readonly number[];
  readonly chunks: readonly Chunk[];
}

export interface ManifestSummary {
  readonly lines: number;
  readonly entries: number;
  readonly labeledEntries?: number;
  readonly labels?: readonly LabelCount[];
  readonly bytes: number;
  readonly contentHash: string;
  readonly index: LineIndex;
  readonly problems: readonly Problem[];
  readonly counts: { readonly terminal: number; readonly error: number; readonly warning: number; readonly errorLines: number };
  readonly chunks: readonly Chunk[];
  readonly diff?: ManifestDiff;
}

export class ManifestPass {
  constructor(readonly options: ManifestPassOptions = {}) {}
  push(_chunk: Uint8Array): void { throw new Error('not built yet'); }
  end(): ManifestSummary { throw new Error('not built yet'); }
}
