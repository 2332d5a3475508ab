import { Random } from './random';

/** Where the generated manifests say that their images are. */
export const EXPORTED_FROM = 's3://labelling-exports-2026/set-17/';

/** The size of every image, as detection lines state it. */
export const IMAGE_SIZE = { width: 1920, height: 1080 };

export interface LineStyle {
  readonly kind: 'detection' | 'classification';
  /** Classes of the dataset; each line of a detection manifest names all of them, as Ground Truth writes it. */
  readonly classes: number;
  /** Fewest and most boxes of a line. */
  readonly boxes: readonly [number, number];
}

/** One line without its end. Image and style decide it, and `version`, which stands for a person who labelled it anew. */
export function generateLine(style: LineStyle, image: number, version = 0): string {
  const random = new Random(20_261_122, image, version);
  const reference = imageReference(image);
  return style.kind === 'detection' ? detection(style, random, reference) : classification(style, random, reference);
}

export function imageReference(image: number): string {
  return `${EXPORTED_FROM}camera-${image % 40}/2026-03-${String(1 + image % 28).padStart(2, '0')}/frame-${String(image).padStart(7, '0')}.jpg`;
}

function detection({ classes, boxes: [least, most] }: LineStyle, random: Random, reference: string): string {
  const boxes = Array.from({ length: random.between(least, most) }, () => ({
    class_id: random.between(0, classes - 1),
    left: random.between(0, 1500), top: random.between(0, 900), width: random.between(12, 420), height: random.between(12, 180),
  }));
  return JSON.stringify({
    'source-ref': reference,
    'vehicles': { image_size: [{ ...IMAGE_SIZE, depth: 3 }], annotations: boxes },
    'vehicles-metadata': {
      'objects': boxes.map(() => ({ confidence: random.between(50, 99) / 100 })),
      'class-map': Object.fromEntries(Array.from({ length: classes }, (_, id) => [String(id), className(id)])),
      'type': 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': date(random),
      'job-name': 'labeling-job/vehicles-on-roads',
    },
  });
}

function classification({ classes }: LineStyle, random: Random, reference: string): string {
  const id = random.between(0, classes - 1);
  return JSON.stringify({
    'source-ref': reference,
    'weather-of-the-scene': id,
    'weather-of-the-scene-metadata': {
      'confidence': random.between(50, 99) / 100,
      'job-name': 'labeling-job/weather-of-the-scene-2026-second-pass-by-the-reviewers-of-the-northern-office',
      'class-name': className(id),
      'human-annotated': 'yes',
      'creation-date': date(random),
      'type': 'groundtruth/image-classification',
    },
  });
}

function className(id: number): string {
  return `vehicle-class-${String(id).padStart(2, '0')}`;
}

function date(random: Random): string {
  const two = (least: number, most: number) => String(random.between(least, most)).padStart(2, '0');
  return `2026-${two(1, 12)}-${two(1, 28)}T${two(0, 23)}:${two(0, 59)}:${two(0, 59)}.${random.between(100, 999)}000`;
}
