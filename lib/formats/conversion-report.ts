/** What a conversion finds: counted by kind, with the first places of each. */

import { problemCount, visible } from '../manifest';

/**
 * - `error`: nothing is converted;
 * - `warning`: something is left out or guessed, which better annotations would keep;
 * - `inherent`: the target has no place for it, whatever the annotations say: known before, and no reason for a warning.
 */
export type ConversionSeverity = 'error' | 'warning' | 'inherent';

/** A kind of thing that a conversion finds. */
export interface ConversionKind {
  /** The end of the id of its warning. */
  readonly id: string;
  readonly severity: ConversionSeverity;
  /** What happened, as the beginning of a sentence that goes on with the number. */
  readonly text: string;
}

export const error = (text: string) => ({ severity: 'error', text } as const);
export const warning = (text: string) => ({ severity: 'warning', text } as const);
export const inherent = (text: string) => ({ severity: 'inherent', text } as const);

/** Gives each kind of a table its name. */
export function kindsOf<Id extends string>(table: Readonly<Record<Id, Omit<ConversionKind, 'id'>>>): Readonly<Record<Id, ConversionKind>> {
  return Object.fromEntries(Object.entries<Omit<ConversionKind, 'id'>>(table).map(([id, kind]) => [id, { id, ...kind }])) as Record<Id, ConversionKind>;
}

/** One thing that was found. */
export interface ConversionItem {
  /** For example `line 3`, or `instances.json: annotation 17`. */
  readonly where: string;
  /** The image as it is written, where it is known. */
  readonly sourceRef?: string;
  /** What exactly was found. */
  readonly detail: string;
}

/** Everything of one kind that was found. */
export interface ConversionFinding {
  readonly kind: ConversionKind;
  readonly count: number;
  /** The first ones, in the order in which they were found. */
  readonly items: readonly ConversionItem[];
}

/** Items that are kept of a kind. */
const KEPT = 100;

/** Collects what a conversion finds. Its size does not depend on how much that is. */
export class ConversionReport {
  private readonly found = new Map<ConversionKind, { count: number; readonly items: ConversionItem[] }>();

  /**
   * @param kind what happened
   * @param where for example `line 3`; a function is only asked when the item is kept
   * @param sourceRef the image, where it is known
   * @param detail what exactly was found
   */
  add(kind: ConversionKind, where: string | (() => string), sourceRef: string | undefined, detail: string): void {
    const found = this.found.get(kind) ?? { count: 0, items: [] };
    found.count += 1;
    if (found.items.length < KEPT) found.items.push({ where: typeof where === 'string' ? where : where(), ...(sourceRef === undefined ? {} : { sourceRef }), detail });
    this.found.set(kind, found);
  }

  /** By kind: the severest first, then in the order in which they were found. */
  get findings(): ConversionFinding[] {
    return this.of('error', 'warning', 'inherent');
  }

  /** Those of some severities. */
  of(...severities: readonly ConversionSeverity[]): ConversionFinding[] {
    const all = [...this.found].map(([kind, { count, items }]) => ({ kind, count, items }));
    return severities.flatMap((severity) => all.filter(({ kind }) => kind.severity === severity));
  }
}

/** Items that one sentence shows; all are counted. */
const SHOWN = 3;

/**
 * One sentence on all items of a kind: how many, and the first ones with place, image and detail.
 *
 * @param finding of one kind
 * @param file name of what was converted as the reader knows it
 */
export function describeConversionFinding({ kind: { text }, items, count }: ConversionFinding, file: string): string {
  const shown = items.slice(0, SHOWN).map(({ where, sourceRef, detail }) => `${where}${sourceRef === undefined ? '' : ` (${sourceRef})`}: ${detail}`);
  const more = count > SHOWN ? `; and ${count - SHOWN} more` : '';
  return visible(`${file}: ${text} (${count} in all): ${shown.join('; ')}${more}`);
}

/**
 * What makes a conversion impossible, below one another: for each kind how many, and the first ones with place, image and detail.
 *
 * @param errors of a report
 * @param file name of what was converted as the reader knows it
 */
export function conversionProblems(errors: readonly ConversionFinding[], file: string): string {
  const count = errors.reduce((sum, finding) => sum + finding.count, 0);
  const lines = errors.flatMap(({ kind: { text }, items, count: alike }) => {
    const places = items.slice(0, SHOWN).map(({ where, sourceRef, detail }) => `${where}${sourceRef === undefined ? '' : ` (${sourceRef})`}: ${detail}`);
    if (alike === 1) return [`  ${places[0]}: ${text}.`];
    return [`  ${text} (${alike} times):`, ...places.map((place) => `    ${place}`), ...(alike > SHOWN ? [`    … and ${alike - SHOWN} more`] : [])];
  });
  return [`${file} cannot be converted because of ${problemCount(count)}:`, ...lines].map(visible).join('\n');
}
