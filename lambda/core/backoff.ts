/** Least time between two observations of a dataset: an account has 5 DescribeDataset calls a second for everybody in it; milliseconds. */
export const OBSERVATION_INTERVAL = 1_000;

/** The wait before the next observation of work that began `elapsed` milliseconds ago: a twentieth of it, so that little is overslept. */
export function pollDelay(elapsed: number): number {
  return jitter(clamp(elapsed / 20, OBSERVATION_INTERVAL, 5_000));
}

/** The wait before attempt `n` (0-based) of a call that was rejected. */
export function retryDelay(n: number): number {
  return jitter(clamp(250 * 2 ** n, 250, 20_000));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Between three quarters and the whole, so that many callers do not come back together. */
function jitter(milliseconds: number): number {
  return milliseconds * (0.75 + Math.random() / 4);
}
