import type { Step } from '../../local/cloud/step';
import { ASSUMPTIONS } from './assumptions';
import type { AssumptionName } from './assumptions';
import { EXPERIMENTS } from './experiments';
import { Lab, NotMeasured } from './lab';
import type { LabOptions } from './lab';

/** One row of the table. */
export interface Row {
  readonly id: AssumptionName;
  readonly question: string;
  readonly assumed: string;
  readonly source: string;
  readonly measured: string;
  readonly verdict: 'agrees' | 'differs' | 'not measured';
  /** What it means for the library. */
  readonly meaning: string;
  readonly figures?: object;
}

export const ALL = Object.keys(EXPERIMENTS) as AssumptionName[];

/**
 * Puts the assumptions to the test, one after another; what goes wrong with one leaves it open and the others go on.
 *
 * @param names which ones
 * @param step shows each
 * @returns a row for each that was reached before the signal came
 */
export async function measureAll(options: LabOptions, names: readonly AssumptionName[], step: Step): Promise<Row[]> {
  const lab = new Lab(options);
  const rows: Row[] = [];
  for (const id of ALL.filter((name) => names.includes(name))) {
    if (options.signal.aborted) break;
    const { question, assumed, source, otherwise } = ASSUMPTIONS[id];
    const row = { id, question, assumed, source };
    try {
      const { measured, agrees, figures } = await step(question, () => EXPERIMENTS[id].measure(lab));
      rows.push({ ...row, measured, verdict: agrees ? 'agrees' : 'differs', meaning: agrees ? 'nothing to change' : otherwise, ...(figures && { figures }) });
    } catch (error) {
      if (options.signal.aborted) break;
      const { name, message } = error as Error;
      const why = error instanceof NotMeasured ? message : `${name}: ${message}`;
      rows.push({ ...row, measured: why, verdict: 'not measured', meaning: 'still an assumption' });
    }
  }
  return rows;
}
