import {
  DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand, ListRoleTagsCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteDatasetCommand, DeleteProjectCommand, DescribeProjectsCommand, ListTagsForResourceCommand, paginateDescribeProjects,
  type ProjectDescription,
} from '@aws-sdk/client-rekognition';
import { DeleteBucketCommand, DeleteObjectsCommand, GetBucketTaggingCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Clients } from './clients';
import type { Clock } from './clock';
import { namesOf, RUN_TAG } from './run';

const POLL_MS = 2000;
/** A creation that is in progress cannot be deleted. */
const PATIENCE_MS = 60 * 60_000;
/** Answers that mean that there is nothing to remove. */
const NOTHING = ['ResourceNotFoundException', 'NoSuchBucket', 'NoSuchEntity', 'NoSuchEntityException'];

/** Something that is left, and why. */
export interface Leftover {
  readonly what: string;
  readonly why: string;
}

/**
 * Removes whatever a run has made, found by its names and told from other things by its tag; it may be called again.
 *
 * @param at told what it is at
 * @returns what could not be removed
 */
export async function removeRun(clients: Clients, run: string, clock: Clock, at: (detail: string) => void): Promise<Leftover[]> {
  const { bucket, role, projectPrefix } = namesOf(run);
  const left: Leftover[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    at(what);
    await work().catch((error: Error) => {
      if (!NOTHING.includes(error.name)) left.push({ what, why: `${error.name}: ${error.message}` });
    });
  };

  const projects: ProjectDescription[] = [];
  await attempt(`projects ${projectPrefix}*`, async () => {
    for await (const page of paginateDescribeProjects({ client: clients.rekognition }, {})) {
      projects.push(...(page.ProjectDescriptions ?? []).filter(({ ProjectArn: arn }) => nameOf(arn!).startsWith(projectPrefix)));
    }
  });
  for (const { ProjectArn: arn } of projects) await attempt(`project ${nameOf(arn!)}`, () => removeProject(clients, arn!, run, clock));
  await attempt(`bucket ${bucket}`, () => removeBucket(clients, bucket, run));
  await attempt(`role ${role}`, () => removeRole(clients, role, run));
  return left;
}

function requireTag(value: string | undefined, run: string): void {
  if (value !== run) throw new Error(`it does not have the tag ${RUN_TAG}=${run}, so it is left alone`);
}

const nameOf = (projectArn: string): string => projectArn.split('/')[1]!;

async function removeProject({ rekognition }: Clients, arn: string, run: string, clock: Clock): Promise<void> {
  const { Tags: tags } = await rekognition.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
  requireTag(tags?.[RUN_TAG], run);
  const end = clock.now() + PATIENCE_MS;
  for (let asked = false; ; await clock.sleep(POLL_MS)) {
    const { ProjectDescriptions: [project] = [] } = await rekognition.send(new DescribeProjectsCommand({ ProjectNames: [nameOf(arn)] }));
    if (!project) return;
    if (clock.now() >= end) {
      throw new Error(`it is ${project.Status} with ${project.Datasets!.map(({ Status: status }) => `a dataset ${status}`).join(' and ') || 'no datasets'}`);
    }
    const datasets = project.Datasets ?? [];
    for (const { DatasetArn, Status: status } of datasets) {
      if (!status!.endsWith('_IN_PROGRESS')) await rekognition.send(new DeleteDatasetCommand({ DatasetArn })).catch(unlessBusyOrGone);
    }
    if (datasets.length === 0 && !asked) {
      asked = await rekognition.send(new DeleteProjectCommand({ ProjectArn: arn })).then(() => true, unlessBusyOrGone) ?? false;
    }
  }
}

/** Another look tells. */
function unlessBusyOrGone(error: Error): undefined {
  if (!['ResourceInUseException', 'ResourceNotFoundException'].includes(error.name)) throw error;
  return undefined;
}

async function removeBucket({ s3 }: Clients, bucket: string, run: string): Promise<void> {
  const Bucket = bucket;
  const tags = await s3.send(new GetBucketTaggingCommand({ Bucket })).then(({ TagSet = [] }) => TagSet, (error) => {
    // Interrupted before it had its tag: nothing is in it, and only an empty bucket can be deleted.
    if (error.name === 'NoSuchTagSet') return undefined;
    throw error;
  });
  if (!tags) return void await s3.send(new DeleteBucketCommand({ Bucket }));
  requireTag(tags.find(({ Key }) => Key === RUN_TAG)?.Value, run);
  for await (const { Contents: objects = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    if (objects.length === 0) continue;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects.map(({ Key }) => ({ Key })), Quiet: true } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

async function removeRole({ iam }: Clients, role: string, run: string): Promise<void> {
  const { Tags: tags = [] } = await iam.send(new ListRoleTagsCommand({ RoleName: role }));
  requireTag(tags.find(({ Key }) => Key === RUN_TAG)?.Value, run);
  const { PolicyNames: policies = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  for (const PolicyName of policies) await iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName: role }));
}
