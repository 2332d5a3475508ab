/**
 * Draws the example: photos of workshop parts, and the manifests that say what is on them.
 *
 *     node --import tsx example/draw.ts [folder]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEIGHT, KINDS, takePhoto, WIDTH } from './workshop';
import type { Photo } from './workshop';

const CREATED = '2026-01-05T09:00:00.000Z';
const TRAIN = 52;
const TEST = 16;

/** Writes `images/`, `train.manifest` and `test.manifest` into the folder; what was there under these names is replaced. */
export function drawExample(folder: string): void {
  rmSync(join(folder, 'images'), { recursive: true, force: true });
  writeSet(folder, 'train', 0, TRAIN);
  writeSet(folder, 'test', TRAIN, TEST);
}

function writeSet(folder: string, set: string, first: number, photos: number): void {
  mkdirSync(join(folder, 'images', set), { recursive: true });
  const lines: string[] = [];
  for (let number = first; number < first + photos; number++) {
    const photo = takePhoto(number);
    const name = `${set}/parts-${String(number + 1).padStart(3, '0')}.png`;
    writeFileSync(join(folder, 'images', name), photo.png);
    lines.push(JSON.stringify(lineOf(name, photo)));
  }
  writeFileSync(join(folder, `${set}.manifest`), `${lines.join('\n')}\n`);
}

/** The line of a photo, as a Ground Truth labelling job writes it: boxes around the parts, and a label for the whole photo. */
function lineOf(name: string, { parts, scratched }: Photo): object {
  const kinds = KINDS.filter((kind) => parts.some((part) => part.kind === kind));
  return {
    'source-ref': name,
    'parts': {
      image_size: [{ width: WIDTH, height: HEIGHT, depth: 3 }],
      annotations: parts.map(({ kind, box }) => ({ class_id: KINDS.indexOf(kind), ...box })),
    },
    'parts-metadata': {
      'objects': parts.map(() => ({ confidence: 1 })),
      'class-map': Object.fromEntries(kinds.map((kind) => [String(KINDS.indexOf(kind)), kind])),
      'type': 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': CREATED,
      'job-name': 'workshop-parts',
    },
    'condition': 1,
    'condition-metadata': {
      'class-name': scratched ? 'scratched' : 'clean',
      'confidence': 1,
      'type': 'groundtruth/image-classification',
      'human-annotated': 'yes',
      'creation-date': CREATED,
      'job-name': 'workshop-condition',
    },
  };
}

if (require.main === module) drawExample(process.argv[2] ?? __dirname);
