import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { IProject } from './project';

/**
 * The permissions of the handler for one dataset: single actions, on this dataset and its project only.
 */
export function datasetStatements(scope: IConstruct, project: IProject, datasetType: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      // CreateDataset is authorized on the project's ARN. With tags, such as the ownership tag, it also needs TagResource.
      actions: ['rekognition:CreateDataset', 'rekognition:TagResource'],
      resources: [project.projectArn],
    }),
    new PolicyStatement({
      actions: [
        'rekognition:DescribeDataset',
        'rekognition:ListDatasetEntries',
        'rekognition:UpdateDatasetEntries',
        'rekognition:DeleteDataset',
        'rekognition:ListTagsForResource',
        'rekognition:TagResource',
        'rekognition:UntagResource',
      ],
      // A dataset's ARN ends with its creation timestamp, which is unknown before and changes with every recreation.
      resources: [Stack.of(scope).formatArn({
        service: 'rekognition', resource: 'project', resourceName: `${project.projectName}/dataset/${datasetType.toLowerCase()}/*`,
      })],
    }),
  ];
}
