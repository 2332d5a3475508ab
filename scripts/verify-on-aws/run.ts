import { randomBytes } from 'node:crypto';

/** Tag of everything that a run makes; its value is the run. */
export const RUN_TAG = 'cdk-vision-datasets:verify-run';
const PREFIX = 'cdk-vision-datasets-verify-';

/** A name for a run that nobody else has: when it began, and a few random characters. */
export function newRun(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/\D/g, '')}-${randomBytes(3).toString('hex')}`;
}

export function isRun(text: string): boolean {
  return /^\d{14}-[\da-f]{6}$/.test(text);
}

/** Names of what a run makes: all that removal needs to know. */
export function namesOf(run: string) {
  const name = `${PREFIX}${run}`;
  return { bucket: name, role: name, projectPrefix: `${name}-` };
}
