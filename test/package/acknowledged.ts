/** A cdk-nag finding (AwsSolutions) that remains, where it is and why. docs/cdk-nag.md prints this list. */
export interface Acknowledged {
  /** Path of the construct, below the provider, a dataset, or the stack. */
  readonly construct: string;
  readonly rule: string;
  readonly reason: string;
}

const PROVIDER = 'cdk-vision-datasets.DatasetProvider';
const UPLOAD = 'Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C';
const FRAMEWORK = ['onEvent', 'isComplete', 'onTimeout'].map((task) => `${PROVIDER}/Provider/framework-${task}`);

const RUNTIME = {
  rule: 'AwsSolutions-L1',
  reason: 'CDK chooses the latest runtime that it knows for the region: this passes with the current aws-cdk-lib and fails with older ones.',
};

/** For a stack with datasets; `Dataset` stands for each of them, `Dataset/Images` for those with Images.fromDirectory. */
export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    construct: 'Dataset/Policy',
    rule: 'AwsSolutions-IAM5',
    reason: 'In Rekognition, the ARN of a dataset ends with the time of its creation, which is unknown before: the permission is for all datasets of that type in that project, of which there is one at most. In Lookout for Vision, datasets have no ARN, and IAM accepts nothing but * for their actions.',
  },
  {
    construct: 'Dataset/Images/Bucket',
    rule: 'AwsSolutions-S1',
    reason: 'Only the deployment writes to the bucket that Images.fromDirectory makes; give it a bucket of your own to have access logs.',
  },
  {
    construct: `${PROVIDER}/Staging`,
    rule: 'AwsSolutions-S1',
    reason: 'Only the provider uses the staging bucket; give it a stagingBucket of your own to have access logs.',
  },
  {
    construct: `${PROVIDER}/Role/DefaultPolicy`,
    rule: 'AwsSolutions-IAM5',
    reason: 'rekognition:DescribeProjects knows no resources: IAM accepts nothing but *.',
  },
  {
    construct: `${PROVIDER}/SharedPolicies`,
    rule: 'AwsSolutions-IAM5',
    reason: 'Objects of the staging bucket are named by stack, dataset and deployment, and those of manifests in the asset bucket by their content: the permissions are for those of the stack, and for all with the extension .manifestgz, which only manifests have. Where images may be read, these are all below the prefix of Images.fromDirectory.',
  },
  { construct: `${PROVIDER}/OnEvent`, ...RUNTIME },
  { construct: `${PROVIDER}/IsComplete`, ...RUNTIME },
  ...FRAMEWORK.map((construct) => ({ construct, ...RUNTIME })),
  ...FRAMEWORK.map((construct) => ({
    construct: `${construct}/ServiceRole`,
    rule: 'AwsSolutions-IAM4',
    reason: 'The provider framework of CDK gives its functions the managed policy AWSLambdaBasicExecutionRole; give the provider framework roles of your own to avoid it.',
  })),
  ...FRAMEWORK.map((construct) => ({
    construct: `${construct}/ServiceRole/DefaultPolicy`,
    rule: 'AwsSolutions-IAM5',
    reason: 'The provider framework of CDK may invoke every version of the two functions.',
  })),
  {
    construct: `${PROVIDER}/Provider/waiter-state-machine/Role/DefaultPolicy`,
    rule: 'AwsSolutions-IAM5',
    reason: 'The state machine of the provider framework of CDK may invoke every version of the framework functions.',
  },
  ...['SF1', 'SF2'].map((rule) => ({
    construct: `${PROVIDER}/Provider/waiter-state-machine`,
    rule: `AwsSolutions-${rule}`,
    reason: 'The state machine of the provider framework of CDK only waits; what happens is in the log group of the functions.',
  })),
  { construct: UPLOAD, ...RUNTIME },
  {
    construct: `${UPLOAD}/ServiceRole`,
    rule: 'AwsSolutions-IAM4',
    reason: 'BucketDeployment of CDK, which Images.fromDirectory uses, gives its function the managed policy AWSLambdaBasicExecutionRole.',
  },
  {
    construct: `${UPLOAD}/ServiceRole/DefaultPolicy`,
    rule: 'AwsSolutions-IAM5',
    reason: 'BucketDeployment of CDK, which Images.fromDirectory uses, reads the asset bucket and writes the image bucket as a whole.',
  },
];
