import { Annotations, AspectPriority, CustomResource, Duration, Lazy, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CustomResourceProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { requireAssetSupport } from './asset-support';
import { limitConcurrency } from './deployment-concurrency';
import { fingerprint } from './fingerprint';
import { HANDLER_FOLDER, NODE_OPTIONS, requireHandlerBundle } from './handler-bundle';
import { estimatePolicySize, INLINE_POLICY_QUOTA } from './policy-size';
import { stagedObjectsStatements, stagingBucketStatement } from './staging-permissions';
import { LOG_GROUP_VARIABLE, STAGING_BUCKET_VARIABLE, TOTAL_TIMEOUT_VARIABLE } from './wire';

/**
 * Properties of a `DatasetProvider`.
 */
export interface DatasetProviderProps {
  /**
   * The memory of the two handler functions, in MiB. More memory also means more CPU.
   *
   * @default 1024
   */
  readonly memorySize?: number;

  /**
   * The VPC to run all functions in. They need access to Rekognition, S3, Lambda, Step Functions and CloudFormation's response
   * URL (in S3), through a NAT gateway or VPC endpoints.
   *
   * @default - the functions do not run in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` to run the functions in.
   *
   * @default - the default of CDK: private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of all functions. Only used with `vpc`.
   *
   * @default - a new security group for each function
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The execution role of the two handler functions. Lambda must be able to assume it, and with `vpc` it needs permission to
   * manage network interfaces. All other permissions are added automatically.
   *
   * @default - a new role with exactly the permissions that the datasets need
   */
  readonly role?: iam.IRole;

  /**
   * The execution role of the provider framework's onEvent function, which CloudFormation invokes. Lambda must be able to
   * assume it.
   *
   * @default - a new role
   */
  readonly frameworkOnEventRole?: iam.IRole;

  /**
   * The execution role of the provider framework's isComplete and onTimeout functions. Lambda must be able to assume it. It
   * must not be the same role as `frameworkOnEventRole`, as that would be a circular dependency.
   *
   * @default - a new role for each function
   */
  readonly frameworkCompleteAndTimeoutRole?: iam.IRole;

  /**
   * The KMS key to encrypt the default staging bucket with. Not used with `stagingBucket`, which has its own encryption.
   *
   * @default - encryption with keys managed by S3
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The log group of all functions, including those of the provider framework.
   *
   * @default - a new log group with a retention of one month, deleted with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The bucket for prepared manifests, the state of each dataset, and reports. It must be in the account and region of the stack.
   *
   * @default - a new private bucket, deleted with the stack; its reports expire after 30 days
   */
  readonly stagingBucket?: s3.IBucket;

  /**
   * How long one create, update or delete of a dataset may take, from 1 to 55 minutes. On timeout, the deployment fails with a
   * message that reports the progress, and the next deployment continues from there.
   *
   * CloudFormation waits for one hour at most; the remaining minutes are reserved for reporting the failure.
   *
   * @default Duration.minutes(55)
   */
  readonly totalTimeout?: Duration;
}

/** Properties of a custom resource of the provider. */
interface ResourceProps {
  readonly resourceType: string;
  readonly properties: CustomResourceProps['properties'];
  readonly removalPolicy?: RemovalPolicy;
  readonly permissions?: DatasetPermissions;
}

/** The permissions that the handler needs for one dataset. */
interface DatasetPermissions {
  /** The values that identify the slot of the dataset. */
  readonly slot: readonly string[];
  /** On the dataset in that slot, kept until it is deleted. */
  readonly statements: iam.PolicyStatement[];
  /** On the manifest and the images. */
  readonly sources: readonly (readonly iam.PolicyStatement[])[];
}

const DEFAULT_ID = 'cdk-vision-datasets.DatasetProvider';

/**
 * The custom resource provider that creates, fills, updates and deletes datasets: two Lambda functions, CDK's provider
 * framework, and a staging bucket.
 *
 * One `DatasetProvider` per stack is created automatically. To configure it, for example with more memory, a VPC, roles, a KMS
 * key or your own bucket, call `DatasetProvider.of(stack, props)`. A stack with more than ten datasets needs a second provider,
 * because IAM limits the total size of a role's inline policies: create one and pass it to some of the datasets as `provider`.
 */
export class DatasetProvider extends Construct implements iam.IGrantable {
  /**
   * The default provider of the stack, used by all datasets without an explicit `provider`. It is created by the first call.
   *
   * To configure it, call this with `props` before you define the first dataset of the stack. You can change the props of a
   * deployed stack, for example to add a VPC: the service token stays the same, and so does the staging bucket unless you set
   * `stagingBucket`, so that the datasets are not touched.
   *
   * @param scope the stack, or a construct in it
   * @param props properties of the provider
   * @throws Error if the provider already exists with different props
   */
  public static of(scope: IConstruct, props?: DatasetProviderProps): DatasetProvider {
    const stack = Stack.of(scope);
    const made = stack.node.tryFindChild(DEFAULT_ID) as DatasetProvider | undefined;
    if (made && props) made.checkSameProps(props, scope);
    return made ?? new DatasetProvider(stack, DEFAULT_ID, props);
  }

  /** The execution role of the handler functions. Grant it permissions that cannot be derived, such as the use of a KMS key. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** The bucket for prepared manifests, the state of each dataset, and reports. */
  public readonly stagingBucket: s3.IBucket;

  /** The log group of all functions. */
  public readonly logGroup: logs.ILogGroup;

  private readonly role: iam.IRole;
  private readonly provider: Provider;
  private readonly serviceTimeout: Duration;
  private readonly slotPolicies: iam.Policy[] = [];
  private readonly sharedPolicies: iam.Policy[] = [];

  /**
   * @param scope the parent construct
   * @param id the construct id; changing it creates a new provider, which CloudFormation does not let a deployed dataset switch to
   * @param props properties of the provider
   */
  constructor(scope: Construct, id: string, private readonly props: DatasetProviderProps = {}) {
    super(scope, id);
    requireAssetSupport(this, 'DatasetProvider', 'or create the provider in another stack and pass it to the datasets as provider');
    const totalTimeout = props.totalTimeout ?? Duration.minutes(55);
    checkTimeout(totalTimeout);
    requireHandlerBundle();

    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stagingBucket = props.stagingBucket ?? this.makeStagingBucket(props.encryptionKey);
    this.role = props.role ?? this.makeRole(props.vpc);
    this.grantPrincipal = this.role;
    this.grantBase();

    const code = lambda.Code.fromAsset(HANDLER_FOLDER);
    const handler = (name: string, task: string) => new lambda.Function(this, name, {
      code,
      handler: `index.${task}`,
      description: `Vision datasets: ${task} (${this.node.path})`.slice(0, 256),
      runtime: lambda.determineLatestNodeRuntime(this),
      timeout: Duration.minutes(15),
      memorySize: props.memorySize ?? 1024,
      role: this.role,
      logGroup: this.logGroup,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
      environment: {
        [STAGING_BUCKET_VARIABLE]: this.stagingBucket.bucketName,
        [TOTAL_TIMEOUT_VARIABLE]: String(totalTimeout.toSeconds()),
        [LOG_GROUP_VARIABLE]: this.logGroup.logGroupName,
        NODE_OPTIONS,
      },
    });

    // Three timeouts, each a little longer than the one before: the handler's, which alone can report the progress,
    // the framework's, which counts whole polls, and CloudFormation's.
    const queryInterval = Duration.seconds(5);
    this.serviceTimeout = totalTimeout.plus(Duration.minutes(5));
    this.provider = new Provider(this, 'Provider', {
      onEventHandler: handler('OnEvent', 'onEvent'),
      isCompleteHandler: handler('IsComplete', 'isComplete'),
      queryInterval,
      totalTimeout: Duration.seconds(Math.ceil(totalTimeout.plus(Duration.minutes(2)).toSeconds() / 5) * 5),
      logGroup: this.logGroup,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
      frameworkOnEventRole: props.frameworkOnEventRole,
      frameworkCompleteAndTimeoutRole: props.frameworkCompleteAndTimeoutRole,
    });
    this.node.addValidation({ validate: () => this.validatePolicies() });
  }

  /**
   * Creates a custom resource of this provider, as the child `Resource` of its construct.
   *
   * Its permissions are separate policies, and the resource depends on them: they are in force before it is created and until
   * it is deleted. If they were statements of one policy, removing the construct would revoke them before the deletion.
   *
   * @internal
   */
  public _createResource(scope: Construct, { permissions, ...props }: ResourceProps): CustomResource {
    const resource = new CustomResource(scope, 'Resource', {
      serviceToken: this.provider.serviceToken,
      serviceTimeout: this.serviceTimeout,
      ...props,
    });
    if (permissions) {
      const shared = [stagedObjectsStatements(this.stagingBucket, Stack.of(scope)), ...permissions.sources];
      const policies = shared.filter((statements) => statements.length > 0).map((statements) => this.grantShared(scope, statements));
      resource.node.addDependency(this.grantSlot(scope, permissions), ...policies);
    }
    // The bucket is emptied after the last dataset is deleted, because the deletion still uses it.
    resource.node.addDependency(this.stagingBucket);
    limitConcurrency(resource);
    return resource;
  }

  private checkSameProps(props: DatasetProviderProps, { node }: IConstruct): void {
    const names = Object.keys({ ...this.props, ...props }) as (keyof DatasetProviderProps)[];
    const other = names.filter((name) => this.props[name] !== props[name]);
    if (other.length === 0) return;
    throw new Error(`${node.path}: DatasetProvider.of has different values for ${other.join(', ')} than the existing provider of the stack, ${this.node.path}; call it with props only once, before the first dataset and the first Project.fromProjectName of the stack`);
  }

  /**
   * The policy of one slot. CloudFormation updates a policy in place before it updates the resources that depend on it, and
   * before it deletes the dataset in the old slot, which needs the old permissions. Therefore each slot has its own logical id:
   * the new policy is created first, the old one is deleted after the old dataset, and a rollback finds both.
   */
  private grantSlot(scope: Construct, { slot, statements }: DatasetPermissions): iam.Policy {
    const policy = new iam.Policy(scope, 'Policy', { statements });
    const resource = policy.node.defaultChild as iam.CfnPolicy;
    const stem = Stack.of(policy).getLogicalId(resource);
    resource.overrideLogicalId(Lazy.uncachedString({ produce: () => `${stem.slice(0, 247)}${fingerprint(scope, slot).hash}` }));
    const { deployTimeValues } = fingerprint(scope, slot);
    if (deployTimeValues.length > 0) warnSlotUnknownAtSynth(scope, deployTimeValues);
    this.role.attachInlinePolicy(policy);
    this.slotPolicies.push(policy);
    return policy;
  }

  /** The policy with these statements, shared by all datasets of a stack that need the same statements. */
  private grantShared(scope: Construct, statements: readonly iam.PolicyStatement[]): iam.Policy {
    const stack = Stack.of(scope);
    const parent = stack === Stack.of(this) ? this : stack;
    const id = `${stack === Stack.of(this) ? '' : `${this.node.addr}.`}SharedPolicies`;
    const shared = parent.node.tryFindChild(id) ?? new Construct(parent, id);
    const { hash } = fingerprint(stack, statements.map((statement) => statement.toStatementJson()));
    const known = shared.node.tryFindChild(hash) as iam.Policy | undefined;
    if (known) return known;
    const policy = new iam.Policy(shared, hash, { statements: [...statements] });
    this.role.attachInlinePolicy(policy);
    this.sharedPolicies.push(policy);
    return policy;
  }

  private makeStagingBucket(encryptionKey?: kms.IKey): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Staging', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: 'reports/', expiration: Duration.days(30) },
      ],
    });
    // Its content can always be created again. So it is deleted with the stack even if `RemovalPolicies` or another aspect retains
    // everything, which CDK does not allow together with autoDeleteObjects.
    RemovalPolicies.of(bucket).destroy({
      applyToResourceTypes: ['AWS::S3::Bucket', 'Custom::S3AutoDeleteObjects'], priority: AspectPriority.READONLY,
    });
    return bucket;
  }

  private makeRole(vpc?: ec2.IVpc): iam.Role {
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: vpc && [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaENIManagementAccess')],
    });
  }

  /** The permissions that every resource of the provider needs. */
  private grantBase(): void {
    this.logGroup.grantWrite(this.role);
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['rekognition:DescribeProjects'],
      // The action has no resource-level permissions: IAM accepts only "*".
      resources: ['*'],
    }));
    this.role.addToPrincipalPolicy(stagingBucketStatement(this.stagingBucket));
    this.stagingBucket.encryptionKey?.grant(this.role, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  private validatePolicies(): string[] {
    const shared = this.role.node.tryFindChild('DefaultPolicy');
    const slots = this.slotPolicies.map(estimatePolicySize);
    const others = [...shared instanceof iam.Policy ? [shared] : [], ...this.sharedPolicies].map(estimatePolicySize);
    // While datasets move, the policies of the old slots exist as well; renaming a project moves two datasets.
    const moving = [...slots].sort((a, b) => b - a).slice(0, 2);
    const characters = [...slots, ...others, ...moving].reduce((sum, length) => sum + length, 0);
    return characters <= INLINE_POLICY_QUOTA ? [] : [
      `the permissions of ${slots.length} datasets need about ${characters} characters, including a reserve for two datasets that move, but IAM limits the inline policies of a role to ${INLINE_POLICY_QUOTA} characters; create another provider with new DatasetProvider(…) and pass it to some of the datasets as provider`,
    ];
  }
}

function warnSlotUnknownAtSynth(scope: Construct, deployTimeValues: readonly string[]): void {
  Annotations.of(scope).addWarningV2('cdk-vision-datasets:DatasetProvider.slotKnownAtDeployment', `the project is defined by ${deployTimeValues.join(' and ')}, whose value is only known at deployment: `
  + 'if it changes to another project, CloudFormation revokes the permissions on the old dataset before it is deleted, so that the dataset is left behind and a failed deployment cannot be rolled back; '
  + 'use a literal project name or ARN or a project of the app, or deploy once without the dataset before you change the value');
}

function checkTimeout(totalTimeout: Duration): void {
  if (typeof totalTimeout?.isUnresolved !== 'function') throw new Error(`totalTimeout of DatasetProvider is ${JSON.stringify(totalTimeout)}, but must be a Duration, such as Duration.minutes(30)`);
  if (totalTimeout.isUnresolved()) throw new Error('totalTimeout of DatasetProvider is a token, but its value must be known at synth; use a literal Duration');
  const seconds = totalTimeout.toSeconds({ integral: false });
  if (seconds < 60 || seconds > 55 * 60 || !Number.isInteger(seconds)) {
    throw new Error(`totalTimeout of DatasetProvider is ${totalTimeout.toHumanString()}, but must be a whole number of seconds from 1 to 55 minutes: CloudFormation waits for one hour at most, and the remaining minutes are reserved for reporting the failure`);
  }
}
