import { Names, Resource, Stack, Token } from 'aws-cdk-lib';
import type { IResource, RemovalPolicy } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-lookoutvision';
import type { Construct } from 'constructs';
import { rejectSnapshotPolicy } from '../dataset/removal-policy';
import { warnDiscontinued } from './service-discontinued';

/**
 * An Amazon Lookout for Vision project: it has one train and one test dataset, and the models trained from them.
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
   * The name: 1 to 255 letters (A to Z), digits, `_` and `-`, a letter or digit first. Another name makes another project.
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
 * A project of the stack. Amazon ended the service on 2025-10-31, see `Dataset`.
 *
 * @resource AWS::LookoutVision::Project
 */
export class Project extends Resource implements IProject {
  /**
   * A project that exists in the account and region of the stack, by its name.
   *
   * @param scope the construct to put it in
   * @param id its id there
   * @param projectName the name
   */
  public static fromProjectName(scope: Construct, id: string, projectName: string): IProject {
    checkName(projectName);
    return new ImportedProject(scope, id, projectName);
  }

  /**
   * The project of an L1 construct in the same app, for datasets and grants.
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
   * @param scope the construct to put it in
   * @param id its id there
   * @param props its name
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

/** The service's own pattern. */
const PROJECT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}$/;

function checkName(name: string): void {
  if (!Token.isUnresolved(name) && !(typeof name === 'string' && PROJECT_NAME.test(name))) {
    throw new Error(`"${name}" cannot be the name of a Lookout for Vision project: use 1 to 255 characters of A to Z, a to z, 0 to 9, "_" and "-", the first one a letter or digit`);
  }
}
