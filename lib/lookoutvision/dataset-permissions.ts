import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IProject } from './project';

/** What the handler may do with datasets: each action named. */
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
      // Datasets of this service have no ARN: IAM accepts nothing but "*" for their actions.
      resources: ['*'],
    }),
  ];
}
