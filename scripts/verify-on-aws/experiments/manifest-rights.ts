import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { DatasetSource } from '@aws-sdk/client-rekognition';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { ASSUMPTIONS } from '../assumptions';
import type { Experiment } from '../experiment';
import { NotMeasured } from '../lab';
import type { Lab } from '../lab';
import { plainLine } from '../lines';
import { namesOf, RUN_TAG } from '../run';

/** The read actions that the developer guide lists for a bucket of one's own, and that the handler's role has. */
const DOCUMENTED = [
  's3:GetObject', 's3:GetObjectVersion', 's3:GetObjectAcl', 's3:GetObjectTagging', 's3:GetBucketLocation', 's3:GetBucketAcl', 's3:ListBucket',
];
/** How long a new role may take until all of AWS knows it. */
const SPREAD_MS = 60_000;

/** What CreateDataset came to for a caller with some S3 actions: undefined when it succeeded, otherwise the refusal. */
type Outcome = string | undefined;

interface Trials {
  readonly all: Outcome;
  readonly none: Outcome;
  /** Actions without which it fails, each left out alone; absent when all of them together are not enough. */
  readonly needed: readonly string[];
}

function trials(lab: Lab): Promise<Trials> {
  return lab.once('trials', async () => {
    if (!lab.options.role) throw new NotMeasured('it takes a role, which --no-role forbids');
    const project = await lab.project();
    const source = await lab.manifestOf([plainLine(lab.bucket, 'images/a.jpg')]);
    const roleArn = await createRole(lab);
    const attempt = (actions: readonly string[]) => outcomeOf(lab, project, source, roleArn, actions);

    // A refusal may mean that the role is too new; only a success tells something at once.
    let all: Outcome;
    await lab.until(async () => (all = await attempt(DOCUMENTED)) === undefined || undefined, SPREAD_MS);
    const none = await attempt([]);
    const needed: string[] = [];
    if (all === undefined && none !== undefined) {
      for (const action of DOCUMENTED) {
        if (await attempt(DOCUMENTED.filter((other) => other !== action)) !== undefined) needed.push(action);
      }
    }
    return { all, none, needed };
  });
}

/** A role that only the user may assume, for this bucket and the projects of this run. */
async function createRole(lab: Lab): Promise<string> {
  const { iam } = lab.clients;
  const { run, caller } = lab.options;
  const { role } = namesOf(run);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: caller }, Action: 'sts:AssumeRole' }] };
  const { Role: created } = await iam.send(new CreateRoleCommand({
    RoleName: role,
    AssumeRolePolicyDocument: JSON.stringify(trust),
    Description: 'Tries which permissions Rekognition needs to read a manifest; removed at the end of the run',
    MaxSessionDuration: 3600,
    Tags: [{ Key: RUN_TAG, Value: run }],
  }));
  await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: 'trials', PolicyDocument: policy(lab, DOCUMENTED) }), lab.abort);
  return created!.Arn!;
}

function policy(lab: Lab, actions: readonly string[]): string {
  const { bucket } = lab;
  const { projectPrefix } = namesOf(lab.options.run);
  const s3 = { Effect: 'Allow', Action: actions, Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['rekognition:CreateDataset', 'rekognition:TagResource'], Resource: `arn:aws:rekognition:*:*:project/${projectPrefix}*` },
      ...(actions.length > 0 ? [s3] : []),
    ],
  });
}

async function outcomeOf(lab: Lab, project: string, source: DatasetSource, roleArn: string, actions: readonly string[]): Promise<Outcome> {
  const assumed = await lab.until(() => lab.clients.sts.send(new AssumeRoleCommand({
    RoleArn: roleArn, RoleSessionName: 'verify-on-aws', Policy: policy(lab, actions), DurationSeconds: 900,
  }), lab.abort).catch((error) => {
    if (error.name !== 'AccessDenied') throw error;
  }), SPREAD_MS);
  if (!assumed) throw new NotMeasured('the role could not be assumed');
  const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials!;
  const client = lab.clients.as({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! });
  try {
    const arn = await lab.create(project, source, client);
    const { Status: status, StatusMessage: message } = await lab.ended(arn);
    await lab.delete(arn);
    await lab.until(async () => await lab.describe(arn) === undefined || undefined);
    return status === 'CREATE_COMPLETE' ? undefined : `${status}: ${message}`;
  } catch (error) {
    if (lab.options.signal.aborted) throw error;
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  } finally {
    client.destroy();
  }
}

export const manifestRights: Experiment = {
  question: ASSUMPTIONS['manifest-rights'].question,
  assumption: ASSUMPTIONS['manifest-rights'],
  async measure(lab) {
    const { all, none, needed } = await trials(lab);
    const least = none === undefined ? 'none of them is needed'
      : needed.length > 0 ? `of them it fails without ${needed.join(', ')}` : 'each of them alone can be left out';
    return {
      measured: all === undefined ? `they are enough; ${least}` : `they are not enough: ${all}`,
      agrees: all === undefined,
      figures: { documented: DOCUMENTED, needed, withAll: all ?? 'success', withNone: none ?? 'success' },
    };
  },
};

export const manifestCaller: Experiment = {
  question: ASSUMPTIONS['manifest-caller'].question,
  assumption: ASSUMPTIONS['manifest-caller'],
  async measure(lab) {
    const { none } = await trials(lab);
    return { measured: none === undefined ? 'a caller without S3 actions succeeds' : `a caller without S3 actions gets ${none}`, agrees: none !== undefined };
  },
};
