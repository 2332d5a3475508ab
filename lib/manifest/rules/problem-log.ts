import type { Finding, Problem, Severity } from './finding';

/** How many findings there were, whether their text was kept or not. */
export interface ProblemCounts {
  readonly terminal: number;
  readonly error: number;
  readonly warning: number;
  /** Lines with at least one finding of severity `error`: the service's ErrorEntries. */
  readonly errorLines: number;
}

const SEVERITIES: readonly Severity[] = ['terminal', 'error', 'warning'];

/** Counts every problem and keeps the text of the first ones, the heaviest severity first. */
export class ProblemLog {
  private readonly kept: Record<Severity, Problem[]> = { terminal: [], error: [], warning: [] };
  private readonly count = { terminal: 0, error: 0, warning: 0, errorLines: 0 };

  /** @param max problems that are kept with their text */
  constructor(private readonly max: number) {}

  get counts(): ProblemCounts {
    return { ...this.count };
  }

  /** The kept ones: terminal before error before warning, each in the order of the lines. */
  get problems(): readonly Problem[] {
    return SEVERITIES.flatMap((severity) => this.kept[severity]).slice(0, this.max);
  }

  /**
   * @param findings of one line, or of the whole manifest
   * @param line counted from 1; undefined for the whole manifest
   */
  add(findings: readonly Finding[], line?: number, sourceRef?: string): void {
    if (findings.length === 0) return;
    for (const found of findings) {
      this.count[found.severity] += 1;
      const kept = this.kept[found.severity];
      if (kept.length >= this.max) continue;
      kept.push({ ...found, ...(line === undefined ? {} : { line }), ...(sourceRef === undefined ? {} : { sourceRef }) });
    }
    if (findings.some(({ severity }) => severity === 'error')) this.count.errorLines += 1;
  }
}
