import { lineBytes } from './lines';
import { namesOf, RUN_TAG } from './run';

export interface Plan {
  readonly run: string;
  readonly account: string;
  readonly region: string;
  readonly entries: readonly number[];
  readonly role: boolean;
}

/** US East (N. Virginia), S3 Standard, 2026: dollars for a request that writes, and for a GB and month. */
const PUT_PRICE = 0.005 / 1000;
const STORAGE_PRICE = 0.023;
const MONTH_HOURS = 730;
/** More than a run needs. */
const REQUESTS = 200;

/** What a run will make and what that costs, before the user agrees to it. */
export function planOf({ run, account, region, entries, role }: Plan): string {
  const names = namesOf(run);
  const total = entries.reduce((sum, count) => sum + count, 0);
  const megabytes = total * lineBytes(names.bucket) / 1e6;
  const dollars = REQUESTS * PUT_PRICE + megabytes / 1000 * STORAGE_PRICE * (2 / MONTH_HOURS);
  return [
    `Run ${run} creates in account ${account}, Region ${region}:`,
    `  Rekognition Custom Labels   up to 20 projects ${names.projectPrefix}*, with datasets of up to ${2 * Math.max(...entries)} entries`,
    `  S3                          bucket ${names.bucket}, private, with ${megabytes.toFixed(1)} MB of manifests`,
    ...(role ? [`  IAM                         role ${names.role}, which only you may assume and which may read that bucket`] : []),
    `Everything has the tag ${RUN_TAG}=${run} and is removed at the end, also after Ctrl-C or a failure. No image is uploaded, no model is trained.`,
    `Cost: projects and datasets are free; some ${REQUESTS} requests to S3 and two hours of its storage are $${dollars.toFixed(3)} at the most.`,
    'Other work with Custom Labels in this Region shares its rate of calls, and is throttled more often as long as the run takes.',
    '',
  ].join('\n');
}
