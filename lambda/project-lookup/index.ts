import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import type { ProjectLookupAttributes } from '../../lib/provider/wire';
import { DeployError } from '../core/errors';
import type { TimeBudget } from '../core/time-budget';
import { assertKnownVersion } from '../core/wire-version';
import { findProject } from '../services/rekognition/projects';

/** The ARN of a project by its name. Nothing is made, so there is nothing to delete. */
export async function lookUpProject(
  event: CdkCustomResourceEvent, client: RekognitionClient, budget: TimeBudget,
): Promise<CdkCustomResourceResponse> {
  if (event.RequestType === 'Delete') return { PhysicalResourceId: event.PhysicalResourceId };
  const { ProjectName } = event.ResourceProperties;
  // Nothing is changed by looking: an Update may be a rollback, and does without the version.
  if (event.RequestType === 'Create') assertKnownVersion(event.ResourceProperties);
  else if (typeof ProjectName !== 'string') return answer(event.PhysicalResourceId);
  const name = String(ProjectName);
  const project = await findProject(client, budget, name, ({ Status }) => Status !== 'DELETING');
  if (!project?.ProjectArn) throw new DeployError(`there is no Custom Labels project named ${JSON.stringify(name)} in this account and Region.`);
  return answer(project.ProjectArn);
}

function answer(ProjectArn: string): CdkCustomResourceResponse {
  return { PhysicalResourceId: ProjectArn, Data: { ProjectArn } satisfies ProjectLookupAttributes };
}
