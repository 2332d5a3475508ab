import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { bundledReader } from './bundled-reader';

/** What the first bytes of an image file say. */
export interface ImageHeader {
  readonly format: 'JPEG' | 'PNG';
  /** Of the stored pixels, before an orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Whether the EXIF orientation turns the picture by a quarter, so that viewers show width and height the other way round. */
  readonly turned: boolean;
}

/** What a manifest check needs to know of an image file. */
export interface ImageFile {
  readonly bytes: number;
  readonly header?: ImageHeader;
  /** Why there is no header; follows the name of the file in a sentence, without a final full stop. */
  readonly defect?: string;
}

/** Enough for the header of nearly every image. */
const FIRST_BYTES = 64 * 1024;
/** How much more is read of a JPEG whose size lies behind long metadata, each time. */
const GROWTH = 8;
/** Longer metadata than this is taken for damage. */
const MOST_BYTES = 16 * 1024 * 1024;
/** The first bytes of every PNG file. */
export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAGIC = {
  JPEG: Buffer.from([0xff, 0xd8, 0xff]),
  PNG: PNG_SIGNATURE,
};
/** EXIF orientations from here on turn by a quarter. */
const FIRST_TURNED = 5;
const SHOWN_BYTES = 16;

let buffer = Buffer.alloc(0);
let reader: ((head: Buffer) => HeaderSize | null) | undefined;

interface HeaderSize {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** EXIF orientation from 1 to 8, where a JPEG has one. */
  readonly orientation?: number;
}

/**
 * Reads the header of an image file, whatever its name says: mostly one read of 64 KiB.
 *
 * @param path the file
 * @throws Error when the reader is not built
 */
export function readImageFile(path: string): ImageFile {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return { bytes: 0, defect: `cannot be opened (${(error as Error).message}); check that it is there and may be read` };
  }
  try {
    const bytes = fstatSync(file).size;
    if (bytes === 0) return { bytes, defect: 'is empty; copy it again' };
    let head = firstBytes(file, FIRST_BYTES);
    const format = formatOf(head);
    if (!format) return { bytes, defect: describeOtherFormat(head) };
    let size = sizeIn(head);
    for (let upTo = FIRST_BYTES * GROWTH; !size && head.length < bytes && head.length < MOST_BYTES; upTo *= GROWTH) {
      head = firstBytes(file, Math.min(upTo, MOST_BYTES));
      size = sizeIn(head);
    }
    if (!size) return { bytes, defect: `begins like a ${format} image, but its header is damaged or cut off; copy it again` };
    return { bytes, header: { format, width: size.width, height: size.height, turned: (size.orientation ?? 0) >= FIRST_TURNED } };
  } finally {
    closeSync(file);
  }
}

/** The beginning of a file, valid until the next call. */
function firstBytes(file: number, upTo: number): Buffer {
  if (buffer.length < upTo) buffer = Buffer.allocUnsafe(upTo);
  let length = 0;
  for (let read = -1; read !== 0 && length < upTo; length += read) read = readSync(file, buffer, length, upTo - length, length);
  return buffer.subarray(0, length);
}

function formatOf(head: Buffer): ImageHeader['format'] | undefined {
  return (['JPEG', 'PNG'] as const).find((format) => head.subarray(0, MAGIC[format].length).equals(MAGIC[format]));
}

/** The size in the header of an image of any format; null when there is none, or it needs more bytes. */
function sizeIn(head: Buffer): HeaderSize | null {
  reader ??= bundledReader('image-header', 'images') as (head: Buffer) => HeaderSize | null;
  return reader(head);
}

/** Why a file is neither JPEG nor PNG. */
function describeOtherFormat(head: Buffer): string {
  if (Object.values(MAGIC).some((magic) => magic.subarray(0, head.length).equals(head))) return 'has only the first bytes of an image; copy it again';
  if (head.toString('latin1').startsWith('version https://git-lfs')) {
    return 'is a pointer of Git LFS, which stands for the image; fetch the image with "git lfs pull"';
  }
  const start = head.subarray(0, SHOWN_BYTES);
  const text = start.toString('latin1');
  const isText = /^[\t\n\r -~]+$/.test(text);
  const other = isText ? undefined : sizeIn(head)?.type;
  if (other) return `is a ${other.toUpperCase()} image, whatever its extension says; save it as JPEG or PNG`;
  const shown = isText ? `the text ${JSON.stringify(text)}` : `the bytes ${start.toString('hex')}`;
  return `is not a JPEG or PNG image (the file signature counts, not the extension): it begins with ${shown}; replace it with the image`;
}
