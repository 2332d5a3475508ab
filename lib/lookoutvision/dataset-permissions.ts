import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IProject } from './project';

/** The permissions of the handler for datasets: single actions. */
export function datasetStatements(project: IProject): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['lookoutvision:DescribeProject'],
      resources: [project.projectArn],
    }),
    new PolicyStatement({
      actions: [
        'lookoutvision:CreateDataset',
        'lookoutvision:DescribeDataset',
        'lookoutvision:ListDatasetEntries',
        'lookoutvision:UpdateDatasetEntries',
        'lookoutvision:DeleteDataset',
      ],
      // Datasets of this service have no ARN: IAM accepts only "*" for their actions.
      resources: ['*'],
    }),
  ];
}
