import { App, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import type { IConstruct } from 'constructs';
import { Manifest, rekognition } from '../../lib';

/** A stack of its own app: nothing of another test is in it. It writes no tree of constructs, which only the CDK's tools read. */
export function makeStack(props: StackProps = {}, context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context, treeMetadata: false }), 'Stack', props);
}

/**
 * A dataset with the manifest in a bucket and nothing else chosen; `props` overrules.
 *
 * @throws Error with the error that `cdk synth` would end with
 */
export function makeDataset(stack: Stack, props: Partial<rekognition.DatasetProps> = {}, id = 'Train'): rekognition.Dataset {
  return failOnErrors(new rekognition.Dataset(stack, id, {
    project: props.project ?? new rekognition.Project(stack, `${id}Project`),
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, `${id}Manifests`, 'manifests'), 'birds.manifest'),
    ...props,
  }));
}

/** Does with the errors on a construct what `cdk synth` does. */
export function failOnErrors<T extends IConstruct>(construct: T): T {
  const error = construct.node.metadata.find(({ type }) => type === String(ArtifactMetadataEntryType.ERROR));
  if (error) throw new Error(`${construct.node.path}: ${(error.data as string).replace(/ \(annotation::.*\)$/, '')}`);
  return construct;
}

/** The policies that the dataset with this construct id waits for: that of its slot, then those of its sources. */
export function policiesOf(template: Template, dataset = 'Train'): any[] {
  const resources = Object.entries<any>(template.toJSON().Resources);
  const [, { DependsOn }] = resources.find(([id]) => new RegExp(`^${dataset}[0-9A-F]{8}$`).test(id))!;
  const policies = resources.filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && DependsOn.includes(id));
  return [false, true].flatMap((ofSource) => policies.filter(([id]) => id.includes('SharedPolicies') === ofSource).map(([, policy]) => policy));
}

/** What those policies allow, but for the staging bucket, which is the same for every dataset. */
export function statementsOf(template: Template, dataset?: string): any[] {
  return policiesOf(template, dataset).flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Resource }) => !/Staging/.test(JSON.stringify(Resource)));
}
