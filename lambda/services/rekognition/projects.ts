import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import type { ProjectDescription, RekognitionClient } from '@aws-sdk/client-rekognition';
import { call } from '../../core/retry';
import type { TimeBudget } from '../../core/time-budget';

/** The project of this name that passes the test, every page of the list looked through. */
export async function findProject(
  client: RekognitionClient, budget: TimeBudget, name: string, test: (project: ProjectDescription) => boolean,
): Promise<ProjectDescription | undefined> {
  let token: string | undefined;
  do {
    const page = await call(budget, 'DescribeProjects', false, () =>
      client.send(new DescribeProjectsCommand({ ProjectNames: [name], NextToken: token })));
    const found = page.ProjectDescriptions?.find(test);
    if (found) return found;
    token = page.NextToken || undefined;
  } while (token);
  return undefined;
}
