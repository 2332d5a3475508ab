/** Manifest lines of one length, so that the size of a manifest is known before it is written. */

const LABELS = ['bolt', 'gear', 'hook', 'lamp', 'nail', 'pipe', 'rope', 'tube', 'weld', 'wire'];

/** An image with three boxes. It does not exist: the bucket holds manifests only. */
export function boxLine(bucket: string, number: number): string {
  const box = (id: number) => ({ class_id: id, left: 100 + id, top: 200 + id, width: 300, height: 240 });
  const label = (id: number) => LABELS[(number + id) % LABELS.length];
  return JSON.stringify({
    'source-ref': `s3://${bucket}/images/${String(number).padStart(7, '0')}.jpg`,
    'parts': { image_size: [{ width: 1920, height: 1080, depth: 3 }], annotations: [0, 1, 2].map(box) },
    'parts-metadata': {
      'objects': [0, 1, 2].map(() => ({ confidence: 1 })),
      'class-map': { 0: label(0), 1: label(1), 2: label(2) },
      'type': 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': '2026-01-05T09:00:00',
      'job-name': 'verify-on-aws',
    },
  });
}

/** An image without labels. */
export function plainLine(bucket: string, key: string): string {
  return JSON.stringify({ 'source-ref': `s3://${bucket}/${key}` });
}

/** Bytes of each line of {@link boxLine} with its newline. */
export function lineBytes(bucket: string): number {
  return Buffer.byteLength(boxLine(bucket, 0)) + 1;
}

const LINES_AT_A_TIME = 1000;

/** The lines `first` … `first + count - 1`, a piece of some hundred kB at a time. */
export function* boxLines(bucket: string, first: number, count: number): Generator<Buffer> {
  for (let from = first; from < first + count; from += LINES_AT_A_TIME) {
    const piece = Array.from({ length: Math.min(LINES_AT_A_TIME, first + count - from) }, (_, i) => boxLine(bucket, from + i));
    yield Buffer.from(`${piece.join('\n')}\n`);
  }
}
