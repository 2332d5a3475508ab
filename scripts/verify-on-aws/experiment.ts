import type { Assumption } from './assumptions';
import type { Lab } from './lab';

/** What was seen. */
export interface Measurement {
  /** In words. */
  readonly measured: string;
  /** Whether that is what was assumed. */
  readonly agrees: boolean;
  /** What the words stand on. */
  readonly figures?: object;
}

/** One question to the service. */
export interface Experiment {
  readonly question: string;
  readonly assumption: Assumption;
  /** @throws NotMeasured when the service gave no occasion to see it */
  measure(lab: Lab): Promise<Measurement>;
}

export const seconds = (ms: number): number => Math.round(ms / 100) / 10;
