import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { ManifestObject } from '../source/manifest-source';
import type { IProject } from './project';

/**
 * What the handler may do for one dataset: each action named, on this dataset, its project and its manifest alone.
 *
 * Images need no permission: the service reads them for whoever trains a model.
 */
export function datasetStatements(scope: IConstruct, project: IProject, datasetType: string, manifest?: ManifestObject): PolicyStatement[] {
  const statements = [
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
  if (manifest) {
    statements.push(new PolicyStatement({
      actions: manifest.version === undefined ? ['s3:GetObject'] : ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [manifest.bucket.arnForObjects(manifest.readableKeys)],
    }));
    const { encryptionKey } = manifest.bucket;
    if (encryptionKey) statements.push(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [encryptionKey.keyArn] }));
  }
  return statements;
}
