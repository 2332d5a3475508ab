import { quoted } from '../rules/finding';
import type { AnomalyClass } from './limits';

/** Words of other tools and habits for the two classes, in lower case. */
const WORDS: Readonly<Record<AnomalyClass, readonly string[]>> = {
  normal: ['normal', 'good', 'ok', 'okay', 'pass', 'passed', 'non-anomaly', 'nominal', 'intact'],
  anomaly: ['anomaly', 'anomalous', 'abnormal', 'bad', 'ng', 'nok', 'fail', 'failed', 'faulty', 'defect', 'defective', 'not normal', 'damaged'],
};
/** More changed letters than these make another word. */
const MOST_CHANGES = 2;

/** Whether a `class-name` is one that the service knows; it compares every character. */
export function isAnomalyClass(name: unknown): name is AnomalyClass {
  return name === 'normal' || name === 'anomaly';
}

/** The class that a misspelt `class-name` probably means. */
export function nearestAnomalyClass(name: string): AnomalyClass | undefined {
  const written = name.trim().toLowerCase();
  let nearest: { class: AnomalyClass; changes: number } | undefined;
  for (const meant of ['normal', 'anomaly'] as const) {
    for (const word of WORDS[meant]) {
      // Short words are near to everything.
      const changes = word.length < 5 ? (word === written ? 0 : Infinity) : editDistance(written, word);
      if (changes <= MOST_CHANGES && changes < (nearest?.changes ?? Infinity)) nearest = { class: meant, changes };
    }
  }
  return nearest?.class;
}

/** What to say of a `class-name` that the service does not know. */
export function classAdvice(name: string): string {
  const meant = nearestAnomalyClass(name);
  const hint = meant === undefined ? 'make it "normal" or "anomaly"' : `it probably means ${quoted(meant)}`;
  return `class-name is ${quoted(name)}, and the service silently treats such an image as unlabeled; ${hint}`;
}

/** Letters to add, leave out or replace. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_CHANGES) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above[j] + 1, row[j - 1] + 1);
    }
  }
  return row[b.length];
}
