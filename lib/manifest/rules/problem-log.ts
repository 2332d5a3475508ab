import type { Finding, Problem, Severity } from './finding';

/** How many findings there were, whether their text was kept or not. */
export interface ProblemCounts {
  readonly terminal: number;
  readonly error: number;
  readonly warning: number;
  /** Lines with at least one finding of severity `error`: the service's ErrorEntries. */
  readonly errorLines: number;
}

/** A line with a problem. */
export interface ProblemPlace {
  /** Counted from 1; absent for the whole manifest. */
  readonly line?: number;
  readonly sourceRef?: string;
  /** What stands here for the ellipses in the advice of the group, the reference excepted; absent: nothing. */
  readonly values?: readonly string[];
}

/**
 * Problems with one code and one cause: their advice is the same, apart from the values in it. `line` and `sourceRef` are those of
 * the first one, `advice` has an ellipsis where the values differ.
 */
export interface ProblemGroup extends Problem {
  readonly count: number;
  /** The first ones, in the order of the lines. */
  readonly places: readonly ProblemPlace[];
}

export interface ProblemLogOptions {
  /** Groups that are kept for each severity; all problems are counted. */
  readonly groups: number;
  /** Places that are kept of a group. */
  readonly places: number;
}

const SEVERITIES: readonly Severity[] = ['terminal', 'error', 'warning'];

/** Counts every problem and groups them by cause. Its size does not depend on how many there are. */
export class ProblemLog {
  private readonly groups: Record<Severity, Map<string, Group>> = { terminal: new Map(), error: new Map(), warning: new Map() };
  private readonly count = { terminal: 0, error: 0, warning: 0, errorLines: 0 };

  constructor(private readonly most: ProblemLogOptions) {}

  get counts(): ProblemCounts {
    return { ...this.count };
  }

  /** Terminal before error before warning, each in the order of their first lines. */
  get problems(): readonly ProblemGroup[] {
    return SEVERITIES.flatMap((severity) => [...this.groups[severity].values()].map((group) => group.toProblem()));
  }

  /**
   * @param findings of one line, or of the whole manifest
   * @param line counted from 1; undefined for the whole manifest
   * @param knownErrors an error of the line was added before
   */
  add(findings: readonly Finding[], line?: number, sourceRef?: string, knownErrors = false): void {
    if (findings.length === 0) return;
    for (const found of findings) {
      this.count[found.severity] += 1;
      const pieces = found.advice.split(VALUE);
      this.group(found, pieces)?.add(pieces, line, sourceRef);
    }
    if (!knownErrors && findings.some(({ severity }) => severity === 'error')) this.count.errorLines += 1;
  }

  private group(finding: Finding, pieces: readonly string[]): Group | undefined {
    const groups = this.groups[finding.severity];
    const key = `${finding.code} ${pieces.filter((_, i) => !isValue(i)).join('\0')}`;
    const known = groups.get(key);
    if (known || groups.size >= this.most.groups) return known;
    const group = new Group(finding, pieces, this.most.places);
    groups.set(key, group);
    return group;
  }
}

/** The values in an advice: what is quoted, numbers and sizes. */
const VALUE = /("(?:[^"\\]|\\.)*"|(?<!\p{L})'[^']*'(?!\p{L})|-?\d+(?:\.\d+)?(?:x\d+)?)/u;

/** Whether a piece of an advice that was split by {@link VALUE} is a value: they come in turns with the text between them. */
function isValue(piece: number): boolean {
  return piece % 2 === 1;
}

class Group {
  private readonly places: { readonly line?: number; readonly sourceRef?: string; readonly pieces: readonly string[] }[] = [];
  private readonly differs: boolean[] = [];
  private count = 0;

  constructor(private readonly first: Finding, private readonly pieces: readonly string[], private readonly mostPlaces: number) {}

  add(pieces: readonly string[], line?: number, sourceRef?: string): void {
    this.count += 1;
    if (this.places.length < this.mostPlaces) this.places.push({ line, sourceRef, pieces });
    for (let i = 1; i < pieces.length; i += 2) if (pieces[i] !== this.pieces[i]) this.differs[i] = true;
  }

  toProblem(): ProblemGroup {
    const { first, count, differs } = this;
    const advice = this.pieces.map((piece, i) => !differs[i] ? piece : /^["']/.test(piece) ? `${piece[0]}…${piece[0]}` : '…').join('');
    const places = this.places.map(({ line, sourceRef, pieces }): ProblemPlace => {
      const values = pieces.filter((piece, i) => differs[i] && piece !== JSON.stringify(sourceRef));
      return { ...(line !== undefined && { line }), ...(sourceRef !== undefined && { sourceRef }), ...(values.length > 0 && { values }) };
    });
    const [{ line, sourceRef }] = places;
    return { ...first, advice, ...(line !== undefined && { line }), ...(sourceRef !== undefined && { sourceRef }), count, places };
  }
}
