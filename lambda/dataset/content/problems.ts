import { problemSentence, problemSummary } from '../../../lib/manifest';
import type { ManifestSummary } from '../../../lib/manifest';
import { DeployError } from '../../core/errors';
import { log } from '../../core/log';
import type { Context } from '../context';
import { folderAddress } from './class-folders';

/** Places of each cause that the report lists. */
export const REPORTED_PLACES = 1000;
/** Room for the problems in the message; the rest is for the address of the report. */
const SUMMARY_BYTES = 600;

/**
 * Refuses a manifest with lines that the service would drop, or mark as wrong beyond what the user allows. The message carries
 * as many causes as there is room for, the report all of them.
 */
export async function rejectProblems({ staging, desired }: Context, { problems, counts }: ManifestSummary): Promise<void> {
  for (const problem of problems.filter(({ severity }) => severity === 'warning').slice(0, 10)) {
    log('warning', { problem: problemSentence(problem) });
  }
  if (counts.terminal === 0 && counts.errorLines <= desired.maxErrorEntries) return;
  const severe = problems.filter(({ severity }) => severity !== 'warning');
  const report = await staging.report(severe.map((problem) => ({ ...problem, text: problemSentence(problem) })));
  for (const problem of severe.slice(0, 20)) log('problem', { problem: problemSentence(problem) });
  const summary = problemSummary(severe, counts.terminal + counts.error, manifestName(desired), SUMMARY_BYTES);
  throw new DeployError(summary, `All of them: ${report}`);
}

function manifestName(desired: Context['desired']): string | undefined {
  const { manifest, folders } = desired;
  return manifest ? `s3://${manifest.Bucket}/${manifest.Key}` : folders && folderAddress(folders);
}
