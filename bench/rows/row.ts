import type { Inputs } from '../inputs/catalogue';

/** One measured property, and what it has to be. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** Where the goal is: at least, or at most. */
  readonly goal: 'at least' | 'at most';
  readonly must: number;
  readonly aim: number;
  /** The figures it was made of. */
  readonly note: string;
}

export interface Setting {
  readonly inputs: Inputs;
  /** How often each job is measured; jobs take turns. */
  readonly rounds: number;
  /** Factor on the latencies of the emulated service. */
  readonly pace: number;
}

/** Measures the rows of one topic. */
export type Topic = (setting: Setting) => Promise<readonly Row[]>;

export function verdict({ measured, goal, must, aim }: Row): 'reaches the aim' | 'passes' | 'FALLS SHORT' {
  const reaches = (bound: number) => goal === 'at least' ? measured >= bound : measured <= bound;
  return reaches(aim) ? 'reaches the aim' : reaches(must) ? 'passes' : 'FALLS SHORT';
}
