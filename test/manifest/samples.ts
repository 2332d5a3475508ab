/** Manifest lines for tests: good ones, which each test spoils in one place. */

export const COMMON = { 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00.000Z' };

export function classification(name: unknown = 'harbour', more: object = {}) {
  return { 'class-name': name, 'confidence': 1, ...COMMON, 'type': 'groundtruth/image-classification', ...more };
}

export const BOX = { class_id: 0, left: 10, top: 20, width: 100, height: 80 };

export function boxes(annotations: unknown = [BOX], more: object = {}) {
  return { image_size: [{ width: 800, height: 600, depth: 3 }], annotations, ...more };
}

export function detection(more: object = {}) {
  return { 'objects': [{ confidence: 1 }], 'class-map': { 0: 'crane' }, 'type': 'groundtruth/object-detection', ...COMMON, ...more };
}

/** One line; the reference comes first, as usual. */
export function line(members: object = {}, ref: unknown = 's3://imgs/a.jpg'): string {
  return JSON.stringify({ 'source-ref': ref, ...members });
}

export const CLASSIFIED = line({ 'scene': 0, 'scene-metadata': classification() });
export const BOXED = line({ 'bb': boxes(), 'bb-metadata': detection() });

/** A detection line with so many good boxes. */
export function manyBoxes(count: number): string {
  return line({
    'bb': boxes(Array.from({ length: count }, () => BOX)),
    'bb-metadata': detection({ objects: Array.from({ length: count }, () => ({ confidence: 1 })) }),
  });
}
