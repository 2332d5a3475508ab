import { Names, Resource, Stack, Token } from 'aws-cdk-lib';
import type { IResource, RemovalPolicy } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-lookoutvision';
import type { Construct } from 'constructs';
import { rejectSnapshotPolicy } from '../dataset/removal-policy';
import { warnDiscontinued } from './service-discontinued';

/**
 * An Amazon Lookout for Vision project, which holds a training dataset, a test dataset, and the models trained on them.
 */
export interface IProject extends IResource {
  /**
   * The ARN of the project.
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
   * The name of the project: 1 to 255 letters (A to Z, a to z), digits, `_` and `-`, starting with a letter or digit.
   * Changing it replaces the project.
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
 * An Amazon Lookout for Vision project. AWS discontinued the service on October 31, 2025, see `Dataset`.
 *
 * @resource AWS::LookoutVision::Project
 */
export class Project extends Resource implements IProject {
  /**
   * Import an existing project by name, from the account and region of the stack.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param projectName the name of the project
   */
  public static fromProjectName(scope: Construct, id: string, projectName: string): IProject {
    checkName(projectName);
    return new ImportedProject(scope, id, projectName);
  }

  /**
   * Wrap an L1 project that is defined in the same app.
   *
   * @param cfnProject the L1 construct
   */
  public static fromCfnProject(cfnProject: CfnProject): IProject {
    return cfnProject.node.tryFindChild(FROM_CFN) as ProjectFromCfn | undefined ?? new ProjectFromCfn(cfnProject);
  }

  /** The ARN of the project. */
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
    warnDiscontinued(this);
    const project = new CfnProject(this, 'Resource', {
      projectName: props.projectName ?? Names.uniqueResourceName(this, { maxLength: 100, separator: '-', allowedSpecialCharacters: '_-' }),
    });
    this.projectArn = project.attrArn;
    this.projectName = project.ref;
    if (props.removalPolicy !== undefined) this.applyRemovalPolicy(props.removalPolicy);
    rejectSnapshotPolicy(this, 'project');
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

class ImportedProject extends Resource implements IProject {
  public readonly projectArn: string;

  constructor(scope: Construct, id: string, public readonly projectName: string) {
    super(scope, id);
    this.projectArn = Stack.of(this).formatArn({ service: 'lookoutvision', resource: 'project', resourceName: projectName });
  }
}

/** The pattern of the API reference. */
const PROJECT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}$/;

function checkName(name: string): void {
  if (!Token.isUnresolved(name) && !(typeof name === 'string' && PROJECT_NAME.test(name))) {
    throw new Error(`"${name}" is not a valid name of a Lookout for Vision project; use 1 to 255 letters (A to Z, a to z), digits, "_" and "-", starting with a letter or digit`);
  }
}
