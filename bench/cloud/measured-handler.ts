/** The handler bundle, which prints after each call what its process has used so far. */
import { peakMemory } from '../peak-memory';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is known to the process alone
const handler: Record<string, (...parameters: unknown[]) => Promise<unknown>> = require(process.env.MEASURED_BUNDLE!);

const measured = (name: string) => async (...parameters: unknown[]) => {
  try {
    return await handler[name](...parameters);
  } finally {
    console.log(JSON.stringify({ message: 'usage', peakBytes: peakMemory() }));
  }
};

export const onEvent = measured('onEvent');
export const isComplete = measured('isComplete');
