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
 * An Amazon Rekognition Custom Labels project, which holds a training dataset, a test dataset, and the models trained on them.
 */
export interface IProject extends IResource {
  /**
   * The ARN of the project. It ends with the creation timestamp.
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
   * The name of the project: 1 to 255 letters (A to Z, a to z), digits, `_`, `.` and `-`. Changing it replaces the project.
   *
   * @default - a unique name generated from the construct path
   */
  readonly projectName?: string;

  /**
   * What happens to the project when it is removed from the stack.
   *
   * A project that has a dataset or a model cannot be deleted. If you retain a dataset, retain its project, too.
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
   * An arbitrary string; changing it looks up the ARN again. Change it after the project has been deleted and created again
   * with the same name: its ARN is different then, and CloudFormation cannot notice.
   *
   * @default - the ARN is looked up once
   */
  readonly revision?: string;

  /**
   * The provider that looks up the ARN during deployment.
   *
   * @default - the default provider of the stack, see `DatasetProvider.of`
   */
  readonly provider?: DatasetProvider;
}

/**
 * An Amazon Rekognition Custom Labels project.
 *
 * A project that still has models cannot be deleted: delete its models before you delete the stack.
 *
 * @resource AWS::Rekognition::Project
 */
export class Project extends Resource implements IProject {
  /**
   * Import an existing project by ARN.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param projectArn `arn:aws:rekognition:<region>:<account>:project/<name>/<creation timestamp>`
   */
  public static fromProjectArn(scope: Construct, id: string, projectArn: string): IProject {
    if (!Token.isUnresolved(projectArn) && !PROJECT_ARN.test(projectArn)) {
      throw new Error(`"${projectArn}" is not the ARN of a Rekognition project; it must look like arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738 (aws rekognition describe-projects lists it)`);
    }
    return new ProjectFromArn(scope, id, projectArn);
  }

  /**
   * Import an existing project by name, from the account and region of the stack. A custom resource looks up its ARN when it is
   * first deployed, and again when the name or `revision` changes.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param projectName the name of the project
   * @param options options of the look-up
   */
  public static fromProjectName(scope: Construct, id: string, projectName: string, options: ProjectFromNameOptions = {}): IProject {
    checkName(projectName);
    return new ProjectFromName(scope, id, projectName, options);
  }

  /**
   * Wrap an L1 project that is defined in the same app.
   *
   * @param cfnProject the L1 construct
   */
  public static fromCfnProject(cfnProject: CfnProject): IProject {
    return cfnProject.node.tryFindChild(FROM_CFN) as ProjectFromCfn | undefined ?? new ProjectFromCfn(cfnProject);
  }

  /** The ARN of the project. It ends with the creation timestamp. */
  public readonly projectArn: string;

  /** The name of the project. */
  public readonly projectName: string;

  /**
   * @param scope the parent construct
   * @param id the construct id
   * @param props properties of the project
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
    // "<name>/<creation timestamp>"; of a token, splitArn returns the name alone.
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

/** The patterns of the API reference. */
const PROJECT_ARN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.-]{1,255}\/[0-9]+$/;
const PROJECT_NAME = /^[a-zA-Z0-9_.-]{1,255}$/;

function checkName(name: string): void {
  if (!Token.isUnresolved(name) && !(typeof name === 'string' && PROJECT_NAME.test(name))) {
    throw new Error(`"${name}" is not a valid name of a Rekognition project; use 1 to 255 letters (A to Z, a to z), digits, "_", "." and "-"`);
  }
}
