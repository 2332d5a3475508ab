import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { IProject } from './project';

/**
 * What the handler may do with one dataset: each action named, on this dataset and its project alone.
 */
export function datasetStatements(scope: IConstruct, project: IProject, datasetType: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      // Creating asks for the project's ARN; creating with tags, our mark among them, also asks for TagResource.
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
      // The last part of a dataset's ARN, the time of its creation, is unknown before and changes with every recreation.
      resources: [Stack.of(scope).formatArn({
        service: 'rekognition', resource: 'project', resourceName: `${project.projectName}/dataset/${datasetType.toLowerCase()}/*`,
      })],
    }),
  ];
}
