import { EXPORTED_FROM } from '../inputs/lines';

/** What every comparison answers; checked against what the generator knows. */
export interface DiffAnswer {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly sentBytes: number;
  /** SHA-256 of the added and changed lines. */
  readonly sentHash: string;
}

/** What every full check answers. */
export interface CheckAnswer {
  readonly entries: number;
  /** Size of the manifest with its references resolved. */
  readonly bytes: number;
  readonly labels: number;
  readonly problems: number;
}

/** Where the images are that references are resolved against. */
export const IMAGES = { bucket: 'images-of-production', prefix: 'vehicles/', rewriteFrom: EXPORTED_FROM };
