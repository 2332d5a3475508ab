import { pngFile } from './palette-png';

/** A black PNG image. */
export function png(width = 800, height = 600): Buffer {
  return pngFile(width, height, [8, 0], Buffer.alloc(height * (width + 1)));
}

export interface JpegOptions {
  /** EXIF orientation, 1 to 8. */
  readonly orientation?: number;
  readonly bigEndian?: boolean;
  /** Segments of 65,535 bytes in front of the frame, as colour profiles and thumbnails bring them. */
  readonly longSegments?: number;
  readonly progressive?: boolean;
}

/** A grey JPEG image: baseline, one component, every block without any coefficient, so that two bits are enough for each. */
export function jpeg(width = 800, height = 600, { orientation, bigEndian, longSegments = 0, progressive }: JpegOptions = {}): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...orientation === undefined ? [segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'))] : [exif(orientation, bigEndian)],
    ...Array.from({ length: longSegments }, () => segment(0xe2, Buffer.alloc(65_533, 0xc0))),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(progressive ? 0xc2 : 0xc0, Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])),
    // One code of one bit, for "no coefficient", in each of the two tables.
    segment(0xc4, Buffer.from([0x00, 1, ...Array(15).fill(0), 0])),
    segment(0xc4, Buffer.from([0x10, 1, ...Array(15).fill(0), 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.alloc(Math.ceil(blocks / 4)),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** APP1 with the orientation behind another tag, as cameras write it. */
function exif(orientation: number, bigEndian = false): Buffer {
  const u16 = (value: number) => Buffer.from(bigEndian ? [value >> 8, value & 255] : [value & 255, value >> 8]);
  const u32 = (value: number) => bigEndian ? Buffer.concat([u16(0), u16(value)]) : Buffer.concat([u16(value), u16(0)]);
  const entry = (tag: number, value: number) => Buffer.concat([u16(tag), u16(3), u32(1), u16(value), u16(0)]);
  return segment(0xe1, Buffer.concat([
    Buffer.from(`Exif\0\0${bigEndian ? 'MM' : 'II'}`, 'latin1'), u16(42), u32(8), u16(2), entry(0x0100, 4000), entry(0x0112, orientation), u32(0),
  ]));
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}
