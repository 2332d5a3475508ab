import { describeProblem } from '../../../lib/manifest';
import type { ManifestSummary, Problem } from '../../../lib/manifest';
import { DeployError } from '../../core/errors';
import { log } from '../../core/log';
import type { Context } from '../context';
import { folderAddress } from './class-folders';

/**
 * Refuses a manifest with lines that the service would drop, or mark as wrong beyond what the user allows. The
 * message carries the first problem, the report all of them.
 */
export async function rejectProblems({ staging, desired }: Context, { problems, counts }: ManifestSummary): Promise<void> {
  for (const problem of problems.filter(({ severity }) => severity === 'warning').slice(0, 10)) {
    log('warning', { problem: describeProblem(problem) });
  }
  if (counts.terminal === 0 && counts.errorLines <= desired.maxErrorEntries) return;
  const severe = problems.filter(({ severity }) => severity !== 'warning');
  const report = await staging.report(severe.map((problem) => ({ ...problem, text: describeProblem(problem) })));
  for (const problem of severe.slice(0, 20)) log('problem', { problem: describeProblem(problem) });
  const worst = severe.find(({ severity }) => severity === 'terminal') ?? severe[0];
  throw new DeployError(`${describeProblem(worst, manifestName(desired))} ${others(severe, worst, counts)}All of them: ${report}`);
}

function manifestName(desired: Context['desired']): string | undefined {
  const { manifest, folders } = desired;
  return manifest ? `s3://${manifest.Bucket}/${manifest.Key}` : folders && folderAddress(folders);
}

/** Where else to look, in case the report is gone with the stack. */
function others(severe: readonly Problem[], worst: Problem, counts: ManifestSummary['counts']): string {
  const count = counts.terminal + counts.error - 1;
  if (count <= 0) return '';
  const named = severe.filter((problem) => problem !== worst).slice(0, 8)
    .map(({ line, code }) => line === undefined ? code : `line ${line} ${code}`);
  return `${count} more: ${named.join(', ')}${count > named.length ? ', …' : ''}. `;
}
