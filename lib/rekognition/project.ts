import { ArnFormat, Names, Resource, Stack, Token } from 'aws-cdk-lib';
import type { IResource, RemovalPolicy } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import type { Construct } from 'constructs';
import { rejectSnapshotPolicy } from '../dataset/removal-policy';
import { DatasetProvider } from '../provider/dataset-provider';
import { PROJECT_LOOKUP_RESOURCE_TYPE, WIRE_VERSION } from '../provider/wire';
import type { ProjectLookupAttributes, ProjectLookupProperties } from '../provider/wire';
import { warnUnsupportedRegion } from './supported-region';

/**
 * An Amazon Rekognition Custom Labels project: it has one TRAIN and one TEST dataset, and the models trained from them.
 */
export interface IProject extends IResource {
  /**
   * The ARN of the project; its last part is the time of creation.
   *
   * @attribute
   */
  readonly projectArn: string;

  /**
   * The name of the project.
   *
   * @attribute
   */
  readonly projectName: string;
}

/**
 * Properties of a `Project`.
 */
export interface ProjectProps {
  /**
   * The name: 1 to 255 letters (A to Z), digits, `_`, `.` and `-`. Another name makes another project.
   *
   * @default - a unique name made of the construct's path
   */
  readonly projectName?: string;

  /**
   * What happens to the project when it is removed from the stack.
   *
   * The service deletes no project that has a dataset or a model: with a dataset that is retained, retain the project, too.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Options of `Project.fromProjectName`.
 */
export interface ProjectFromNameOptions {
  /**
   * Another text has the ARN looked up anew. Change it when somebody has deleted the project and made it again under
   * the same name: CloudFormation sees nothing of that, and its ARN is another one.
   *
   * @default - the ARN is looked up once
   */
  readonly revision?: string;

  /**
   * What looks the ARN up at deployment.
   *
   * @default - the stack's own provider
   */
  readonly provider?: DatasetProvider;
}

/**
 * A project of the stack.
 *
 * The service deletes no project that still has models: delete those first when the stack is to go.
 *
 * @resource AWS::Rekognition::Project
 */
export class Project extends Resource implements IProject {
  /**
   * A project that exists, by its ARN.
   *
   * @param scope the construct to put it in
   * @param id its id there
   * @param projectArn `arn:aws:rekognition:<region>:<account>:project/<name>/<time of creation>`
   */
  public static fromProjectArn(scope: Construct, id: string, projectArn: string): IProject {
    if (!Token.isUnresolved(projectArn) && !PROJECT_ARN.test(projectArn)) {
      throw new Error(`"${projectArn}" is not the ARN of a Rekognition project; it must look like arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738 (aws rekognition describe-projects lists it)`);
    }
    return new ProjectFromArn(scope, id, projectArn);
  }

  /**
   * A project that exists in the account and region of the stack, by its name. Its ARN is looked up when it is first
   * deployed, and again when name or `revision` change.
   *
   * @param scope the construct to put it in
   * @param id its id there
   * @param projectName the name
   * @param options revision and provider
   */
  public static fromProjectName(scope: Construct, id: string, projectName: string, options: ProjectFromNameOptions = {}): IProject {
    checkName(projectName);
    return new ProjectFromName(scope, id, projectName, options);
  }

  /**
   * The project of an L1 construct in the same app, for datasets and grants.
   *
   * @param cfnProject the L1 construct
   */
  public static fromCfnProject(cfnProject: CfnProject): IProject {
    return cfnProject.node.tryFindChild(FROM_CFN) as ProjectFromCfn | undefined ?? new ProjectFromCfn(cfnProject);
  }

  /** The ARN of the project; its last part is the time of creation. */
  public readonly projectArn: string;

  /** The name of the project. */
  public readonly projectName: string;

  /**
   * @param scope the construct to put it in
   * @param id its id there
   * @param props its name
   */
  constructor(scope: Construct, id: string, props: ProjectProps = {}) {
    super(scope, id);
    if (props.projectName !== undefined) checkName(props.projectName);
    warnUnsupportedRegion(this);
    const project = new CfnProject(this, 'Resource', {
      projectName: props.projectName
        ?? Names.uniqueResourceName(this, { maxLength: 100, separator: '-', allowedSpecialCharacters: '_.-' }),
    });
    this.projectArn = project.attrArn;
    this.projectName = project.ref;
    if (props.removalPolicy !== undefined) this.applyRemovalPolicy(props.removalPolicy);
    rejectSnapshotPolicy(this, 'project');
  }
}

class ProjectFromArn extends Resource implements IProject {
  public readonly projectName: string;

  constructor(scope: Construct, id: string, public readonly projectArn: string) {
    super(scope, id, { environmentFromArn: projectArn });
    // "<name>/<time of creation>"; of a token, splitArn takes the name alone.
    this.projectName = Stack.of(this).splitArn(projectArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!.split('/')[0];
  }
}

class ProjectFromName extends Resource implements IProject {
  public readonly projectArn: string;

  constructor(scope: Construct, id: string, public readonly projectName: string, { provider, revision }: ProjectFromNameOptions) {
    super(scope, id);
    warnUnsupportedRegion(this);
    const lookup = (provider ?? DatasetProvider.of(this))._createResource(this, {
      resourceType: PROJECT_LOOKUP_RESOURCE_TYPE,
      properties: { WireVersion: WIRE_VERSION, ProjectName: projectName, Revision: revision } satisfies ProjectLookupProperties,
    });
    this.projectArn = lookup.getAttString('ProjectArn' satisfies keyof ProjectLookupAttributes);
  }
}

class ProjectFromCfn extends Resource implements IProject {
  public readonly projectArn: string;
  public readonly projectName: string;

  constructor(cfnProject: CfnProject) {
    super(cfnProject, FROM_CFN);
    this.node.defaultChild = cfnProject;
    this.projectArn = cfnProject.attrArn;
    this.projectName = cfnProject.ref;
  }
}

const FROM_CFN = '@FromCfnProject';

/** The service's own patterns. */
const PROJECT_ARN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.-]{1,255}\/[0-9]+$/;
const PROJECT_NAME = /^[a-zA-Z0-9_.-]{1,255}$/;

function checkName(name: string): void {
  if (!Token.isUnresolved(name) && !(typeof name === 'string' && PROJECT_NAME.test(name))) {
    throw new Error(`"${name}" cannot be the name of a Rekognition project: use 1 to 255 characters of A to Z, a to z, 0 to 9, "_", "." and "-"`);
  }
}
