import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import {
  DeleteDatasetCommand, DeleteProjectCommand, ListTagsForResourceCommand, paginateDescribeProjects,
} from '@aws-sdk/client-rekognition';
import type { ProjectDescription } from '@aws-sdk/client-rekognition';
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
  /** @returns false when it is given up */
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    at(what);
    try {
      await work();
      return true;
    } catch (error) {
      const { name, message } = error as Error;
      if (NOTHING.includes(name)) return true;
      left.push({ what, why: `${name}: ${message}` });
      return false;
    }
  };

  // All at once: each deletion takes its time.
  const end = clock.now() + PATIENCE_MS;
  const [ours, givenUp] = [new Set<string>(), new Set<string>()];
  await attempt(`projects ${projectPrefix}*`, async () => {
    for (;; await clock.sleep(POLL_MS)) {
      const projects = (await projectsOf(clients, projectPrefix)).filter(({ ProjectArn: arn }) => !givenUp.has(arn!));
      if (projects.length === 0) return;
      for (const project of projects) {
        const arn = project.ProjectArn!;
        const goesOn = await attempt(`project ${nameOf(arn)}`, async () => {
          if (!ours.has(arn)) await requireTagOfProject(clients, arn, run);
          ours.add(arn);
          await furtherRemoval(clients, project, clock.now() >= end);
        });
        if (!goesOn) givenUp.add(arn);
      }
    }
  });
  await attempt(`bucket ${bucket}`, () => removeBucket(clients, bucket, run));
  await attempt(`role ${role}`, () => removeRole(clients, role, run));
  return left;
}

function requireTag(value: string | undefined, run: string): void {
  if (value !== run) throw new Error(`it does not have the tag ${RUN_TAG}=${run}, so it is left alone`);
}

const nameOf = (projectArn: string): string => projectArn.split('/')[1];

async function projectsOf({ rekognition }: Clients, prefix: string): Promise<ProjectDescription[]> {
  const projects: ProjectDescription[] = [];
  for await (const page of paginateDescribeProjects({ client: rekognition }, {})) projects.push(...page.ProjectDescriptions ?? []);
  return projects.filter(({ ProjectArn: arn }) => nameOf(arn!).startsWith(prefix));
}

async function requireTagOfProject({ rekognition }: Clients, arn: string, run: string): Promise<void> {
  const { Tags: tags } = await rekognition.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
  requireTag(tags?.[RUN_TAG], run);
}

/** What can be done for it now: its datasets first, then itself. */
async function furtherRemoval({ rekognition }: Clients, project: ProjectDescription, tooLate: boolean): Promise<void> {
  const { ProjectArn, Status: state, Datasets: datasets = [] } = project;
  if (tooLate) {
    throw new Error(`it is ${state} with ${datasets.map(({ Status: status }) => `a dataset ${status}`).join(' and ') || 'no datasets'}`);
  }
  for (const { DatasetArn, Status: status } of datasets) {
    if (!status!.endsWith('_IN_PROGRESS')) await rekognition.send(new DeleteDatasetCommand({ DatasetArn })).catch(unlessBusyOrGone);
  }
  if (datasets.length === 0 && state !== 'DELETING') {
    await rekognition.send(new DeleteProjectCommand({ ProjectArn })).catch(unlessBusyOrGone);
  }
}

/** Another look tells. */
function unlessBusyOrGone(error: Error): void {
  if (!['ResourceInUseException', 'ResourceNotFoundException'].includes(error.name)) throw error;
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
