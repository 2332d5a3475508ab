import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from '../folder';
import type { LineStyle } from './lines';
import { writeManifest } from './manifest';
import type { Facts, Recipe } from './manifest';

const DETECTION: LineStyle = { kind: 'detection', classes: 16, boxes: [1, 10] };
const CLASSIFICATION: LineStyle = { kind: 'classification', classes: 16, boxes: [0, 0] };
const DENSE: LineStyle = { kind: 'detection', classes: 40, boxes: [20, 42] };
const SOME = { oneOf: 1000 };

/** Every manifest that is measured with, at full size. */
const RECIPES = {
  'detection': { ...DETECTION, lines: 250_000 },
  'detection-in-order': { ...DETECTION, lines: 250_000, update: SOME },
  'detection-shuffled': { ...DETECTION, lines: 250_000, update: { ...SOME, shuffled: true } },
  'detection-changed': { ...DETECTION, lines: 250_000, update: { ...SOME, keepAll: true } },
  'classification': { ...CLASSIFICATION, lines: 250_000 },
  'classification-in-order': { ...CLASSIFICATION, lines: 250_000, update: SOME },
  'classification-shuffled': { ...CLASSIFICATION, lines: 250_000, update: { ...SOME, shuffled: true } },
  'classification-changed': { ...CLASSIFICATION, lines: 250_000, update: { ...SOME, keepAll: true } },
  'dense': { ...DENSE, lines: 250_000 },
  'dense-changed': { ...DENSE, lines: 250_000, update: { ...SOME, keepAll: true } },
  // Every line changed: 20 chunks to send.
  'part': { ...DETECTION, lines: 75_400 },
  'part-changed': { ...DETECTION, lines: 75_400, update: { oneOf: 1, keepAll: true } },
  // 60 chunks in all.
  'sixty': { ...DETECTION, lines: 226_000 },
  'sixty-changed': { ...DETECTION, lines: 226_000, update: { ...SOME, keepAll: true } },
} satisfies Record<string, Recipe>;

export type InputName = keyof typeof RECIPES;

export interface Input extends Facts {
  readonly path: string;
}

/** The generated manifests. They are made when they are first needed and kept for the next run. */
export class Inputs {
  /** @param share of the full number of lines */
  constructor(readonly share: number) {}

  get(name: InputName): Input {
    const full: Recipe = RECIPES[name];
    const recipe = { ...full, lines: Math.round(full.lines * this.share) };
    const folder = join(FOLDER, `inputs-${this.share}`);
    const path = join(folder, `${name}.manifest`);
    const notes = join(folder, `${name}.json`);
    const fingerprint = JSON.stringify(recipe);
    const known = existsSync(notes) ? JSON.parse(readFileSync(notes, 'utf8')) : undefined;
    if (known?.fingerprint === fingerprint && existsSync(path)) return { path, ...known.facts };

    mkdirSync(folder, { recursive: true });
    const facts = writeManifest(`${path}.part`, recipe);
    renameSync(`${path}.part`, path);
    writeFileSync(notes, JSON.stringify({ fingerprint, facts }));
    return { path, ...facts };
  }
}
