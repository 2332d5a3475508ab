import './small-chunks';
import * as fc from 'fast-check';
import { LifecycleModel } from './lifecycle-model';
import { steps } from './sequences';

/**
 * Random sequences of what two stacks and a human do to three slots, with random faults at random calls.
 * The seed is the same every time, so that a failure is the doing of the change that shows it.
 * `SEQUENCES=100000 SEED=1 npx jest test/lifecycle/random-lifecycles` tries others, and runs longer.
 */

const SEQUENCES = Number(process.env.SEQUENCES ?? 2000);
const SEED = Number(process.env.SEED ?? 20261122);

jest.setTimeout(Math.max(300_000, SEQUENCES * 60));

// Plain functions, as a mock would remember every call of a million sequences.
const { log } = console;
const { random } = Math;
beforeEach(() => {
  console.log = () => undefined;
  Math.random = () => 0.5;
});
afterEach(() => {
  console.log = log;
  Math.random = random;
});

test(`${SEQUENCES} sequences, seed ${SEED}: what is wanted or what was, nothing of others touched, nothing left`, async () => {
  await fc.assert(fc.asyncProperty(steps, async (sequence) => {
    const model = new LifecycleModel();
    for (const step of sequence) await model.take(step);
    await model.finish();
  }), { seed: SEED, numRuns: SEQUENCES, verbose: 0 });
});
