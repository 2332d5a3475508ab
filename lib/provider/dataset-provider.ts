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
   * Memory of the two functions that do the work, in MiB. More memory also means more processor.
   *
   * @default 1024
   */
  readonly memorySize?: number;

  /**
   * A network to run all functions in. It needs a way to Rekognition, S3, Lambda and Step Functions, and for the
   * answer to CloudFormation, through a NAT gateway or endpoints.
   *
   * @default - no network
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` to use.
   *
   * @default - CDK's choice for the network: private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of all functions; only with `vpc`.
   *
   * @default - one is made for each function
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role of the two functions that do the work. Lambda must be allowed to assume it, and with `vpc` it must be
   * allowed to manage network interfaces. All other permissions are added to it.
   *
   * @default - a role with no more than the datasets need
   */
  readonly role?: iam.IRole;

  /**
   * The role of the framework's function that CloudFormation calls. Lambda must be allowed to assume it.
   *
   * @default - the framework makes one
   */
  readonly frameworkOnEventRole?: iam.IRole;

  /**
   * The role of the framework's functions that wait for the end. Lambda must be allowed to assume it, and it must be
   * another role than `frameworkOnEventRole`, or the stack would depend on itself in a circle.
   *
   * @default - the framework makes two
   */
  readonly frameworkCompleteAndTimeoutRole?: iam.IRole;

  /**
   * The key that encrypts the provider's own staging bucket. A `stagingBucket` brings its own.
   *
   * @default - keys that S3 manages
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where all functions, the framework's included, write their logs.
   *
   * @default - a log group of its own, kept for a month and removed with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Where manifests are prepared, progress is kept and reports are written, in the account and region of the stack.
   *
   * @default - a private bucket of its own, removed with the stack; reports in it expire after 30 days
   */
  readonly stagingBucket?: s3.IBucket;

  /**
   * How long one create, update or delete of a dataset may take, from 1 to 55 minutes. When it is over, the deployment
   * fails with a message that says how far it got, and the next one continues from there.
   *
   * CloudFormation itself waits for an hour at most; the rest of it is kept for the failure message.
   *
   * @default Duration.minutes(55)
   */
  readonly totalTimeout?: Duration;
}

/** What a resource of the provider is made of. */
interface ResourceProps {
  readonly resourceType: string;
  readonly properties: CustomResourceProps['properties'];
  readonly removalPolicy?: RemovalPolicy;
  readonly permissions?: DatasetPermissions;
}

/** What the handler may do for one dataset. */
interface DatasetPermissions {
  /** What names the slot that the dataset is in. */
  readonly slot: readonly string[];
  /** On the dataset in that slot, until it is deleted. */
  readonly statements: iam.PolicyStatement[];
  /** On where the entries come from. */
  readonly sources: readonly (readonly iam.PolicyStatement[])[];
}

const DEFAULT_ID = 'cdk-vision-datasets.DatasetProvider';

/**
 * What creates, fills, changes and deletes datasets during a deployment: two functions, the waiting between them, and a
 * bucket to prepare manifests in.
 *
 * Every stack with datasets gets one by itself; `DatasetProvider.of(stack, props)` gives it more memory, a network, roles, a
 * key or a bucket of yours. Make another one, and hand it to some of the datasets as `provider`, for more than ten datasets
 * in a stack: the permissions of each take their part of the characters that IAM allows a role.
 */
export class DatasetProvider extends Construct implements iam.IGrantable {
  /**
   * The provider that the stack has by itself, for all datasets that are given no other.
   *
   * Call it with `props` before the first dataset of the stack to have it made of them. The service token stays the same,
   * and so does the staging bucket as long as the props name no other. So a stack that is deployed can change them later,
   * for a network for example, and its datasets stay as they are.
   *
   * @param scope the stack, or a construct in it
   * @param props what it needs other than by default
   * @throws Error when the provider has been made already, of other props
   */
  public static of(scope: IConstruct, props?: DatasetProviderProps): DatasetProvider {
    const stack = Stack.of(scope);
    const made = stack.node.tryFindChild(DEFAULT_ID) as DatasetProvider | undefined;
    if (made && props) made.checkSameProps(props, scope);
    return made ?? new DatasetProvider(stack, DEFAULT_ID, props);
  }

  /** The role of the functions that do the work: give it what only you know of, such as the use of a key. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** Where manifests are prepared, progress is kept and reports are written. */
  public readonly stagingBucket: s3.IBucket;

  /** Where all functions write their logs. */
  public readonly logGroup: logs.ILogGroup;

  private readonly role: iam.IRole;
  private readonly provider: Provider;
  private readonly serviceTimeout: Duration;
  private readonly slotPolicies: iam.Policy[] = [];
  private readonly sharedPolicies: iam.Policy[] = [];

  /**
   * @param scope the construct to put it in
   * @param id its id there; another one makes another provider, which a dataset cannot change to
   * @param props what it needs other than by default
   */
  constructor(scope: Construct, id: string, private readonly props: DatasetProviderProps = {}) {
    super(scope, id);
    requireAssetSupport(this, 'DatasetProvider', 'or make the provider in another stack and hand it to the datasets as provider');
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
      description: `Rekognition datasets: ${task} (${this.node.path})`.slice(0, 256),
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

    // Three clocks, each a little slower than the one before: the handler's, which alone can say how far it got,
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
   * A resource that this provider looks after, as the child `Resource` of its construct.
   *
   * Its permissions are policies of their own: removing the construct keeps them until the resource is deleted, while a
   * change of a shared policy would take them away before. The same dependency grants them before the creation.
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
    // The bucket is emptied after the last dataset is gone, for deleting one still uses it.
    resource.node.addDependency(this.stagingBucket);
    limitConcurrency(resource);
    return resource;
  }

  private checkSameProps(props: DatasetProviderProps, { node }: IConstruct): void {
    const names = Object.keys({ ...this.props, ...props }) as (keyof DatasetProviderProps)[];
    const other = names.filter((name) => this.props[name] !== props[name]);
    if (other.length === 0) return;
    throw new Error(`${node.path}: DatasetProvider.of gives other values for ${other.join(', ')} than the provider of the stack, ${this.node.path}, is made of; call it with props once, before the first dataset and the first Project.fromProjectName of the stack`);
  }

  /**
   * The policy of one slot. CloudFormation changes a policy in place before it updates what depends on it, and before the
   * dataset in the old slot goes, which needs the old permissions. So another slot has another logical id: its policy is
   * added before, and the old one is deleted after the old dataset; where the change fails, both are there to undo it.
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

  /** A policy with these statements, once in a stack for all datasets that need the same: other statements, another policy. */
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
    // It only holds what can be made again. So it goes with the stack even where `RemovalPolicies` or another aspect retains everything,
    // which CDK refuses for a bucket that is emptied.
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

  /** What every resource needs, whichever dataset it is. */
  private grantBase(): void {
    this.logGroup.grantWrite(this.role);
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['rekognition:DescribeProjects'],
      // The action knows no resources: IAM accepts nothing but "*".
      resources: ['*'],
    }));
    this.role.addToPrincipalPolicy(stagingBucketStatement(this.stagingBucket));
    this.stagingBucket.encryptionKey?.grant(this.role, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  private validatePolicies(): string[] {
    const shared = this.role.node.tryFindChild('DefaultPolicy');
    const slots = this.slotPolicies.map(estimatePolicySize);
    const others = [...shared instanceof iam.Policy ? [shared] : [], ...this.sharedPolicies].map(estimatePolicySize);
    // While datasets move, the policies of the old slots are there as well; a project that gets another name moves two.
    const moving = [...slots].sort((a, b) => b - a).slice(0, 2);
    const characters = [...slots, ...others, ...moving].reduce((sum, length) => sum + length, 0);
    return characters <= INLINE_POLICY_QUOTA ? [] : [
      `the permissions of ${slots.length} datasets need about ${characters} characters, room for two that move included, but IAM allows a role ${INLINE_POLICY_QUOTA} characters of inline policies; make another one with new DatasetProvider(…) and hand it to some of the datasets as provider`,
    ];
  }
}

function warnSlotUnknownAtSynth(scope: Construct, deployTimeValues: readonly string[]): void {
  Annotations.of(scope).addWarningV2('cdk-vision-datasets:DatasetProvider.slotKnownAtDeployment', `the project comes from ${deployTimeValues.join(' and ')}, whose value is only known at deployment: `
  + 'when it leads to another project, CloudFormation takes the permissions for the old dataset away before that is deleted, so that it stays behind, and a failed deployment cannot be rolled back; '
  + 'give the project\'s name or ARN as text, or a project of the app, or deploy without the dataset before the value changes');
}

function checkTimeout(totalTimeout: Duration): void {
  if (typeof totalTimeout?.isUnresolved !== 'function') throw new Error(`totalTimeout of DatasetProvider is ${JSON.stringify(totalTimeout)}, but must be a Duration, such as Duration.minutes(30)`);
  if (totalTimeout.isUnresolved()) throw new Error('totalTimeout of DatasetProvider is a token, but the clocks are set at synth; give it a literal Duration');
  const seconds = totalTimeout.toSeconds({ integral: false });
  if (seconds < 60 || seconds > 55 * 60 || !Number.isInteger(seconds)) {
    throw new Error(`totalTimeout of DatasetProvider is ${totalTimeout.toHumanString()}, but must be a whole number of seconds from 1 to 55 minutes: CloudFormation waits for an hour at most, and the last minutes of it are kept for the failure message`);
  }
}
