import type { Cost } from './measure';

export function seconds(cost: Pick<Cost, 'seconds' | 'cpuSeconds'>): string {
  return `${cost.seconds.toFixed(2)} s (CPU ${cost.cpuSeconds.toFixed(2)} s)`;
}

/** The ratio of two costs by CPU time, which a busy machine disturbs less than the clock. */
export function byCpu(above: Pick<Cost, 'cpuSeconds'>, below: Pick<Cost, 'cpuSeconds'>): string {
  return `by CPU time ${(above.cpuSeconds / below.cpuSeconds).toFixed(2)}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
}

export function times(factor: number): string {
  return `${factor.toFixed(factor < 10 ? 1 : 0)} x`;
}
