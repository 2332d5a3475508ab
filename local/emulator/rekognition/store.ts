import type { CustomizationFeature, ProjectAutoUpdate } from '@aws-sdk/client-rekognition';
import { BackgroundTask } from '../core/background-task';
import type { Effects, ServiceConfig } from '../core/service';
import type { Dataset } from './dataset';
import { notFound } from './errors';
import type { RekognitionSettings } from './settings';

export interface Project {
  readonly arn: string;
  readonly name: string;
  /** Milliseconds since 1970, the last segment of the ARN. */
  readonly created: number;
  readonly feature: CustomizationFeature;
  readonly autoUpdate?: ProjectAutoUpdate;
  readonly tags: Map<string, string>;
  status: 'CREATING' | 'CREATED' | 'DELETING';
  task?: BackgroundTask<void>;
}

/** The projects and datasets of one account in one Region, brought up to the clock whenever they are looked at. */
export class Store {
  private readonly allProjects = new Map<string, Project>();
  private readonly allDatasets = new Map<string, Dataset>();
  private lastCreation = 0;

  constructor(readonly config: ServiceConfig, readonly settings: RekognitionSettings) {}

  get projects(): Project[] {
    return [...this.allProjects.keys()].flatMap((arn) => this.findProject(arn) ?? []);
  }

  /** @throws ServiceError ResourceNotFoundException */
  project(arn: string): Project {
    const project = this.findProject(arn);
    if (!project) throw notFound(arn);
    return project;
  }

  /** @throws ServiceError ResourceNotFoundException */
  dataset(arn: string): Dataset {
    const dataset = this.findDataset(arn);
    if (!dataset) throw notFound(arn);
    return dataset;
  }

  datasetsOf(projectArn: string): Dataset[] {
    return [...this.allDatasets.values()].flatMap(({ arn, projectArn: owner }) => owner === projectArn ? this.findDataset(arn) ?? [] : []);
  }

  /** @throws ServiceError ResourceNotFoundException */
  tagsOf(arn: string): Map<string, string> {
    const tagged = this.findProject(arn) ?? this.findDataset(arn);
    if (!tagged) throw notFound(arn);
    return tagged.tags;
  }

  addProject(project: Project): void {
    this.allProjects.set(project.arn, project);
  }

  addDataset(dataset: Dataset): void {
    this.allDatasets.set(dataset.arn, dataset);
  }

  /** A creation time that no other resource has, which makes ARNs differ; milliseconds since 1970. */
  creationTime(): number {
    return this.lastCreation = Math.max(this.config.now(), this.lastCreation + 1);
  }

  /** @param resource what follows the account in the ARN */
  arn(resource: string): string {
    return `arn:aws:rekognition:${this.config.region}:${this.config.account}:${resource}`;
  }

  /** @param operation whose latency it takes */
  startTask<T>(operation: keyof RekognitionSettings['latency'], result: T | Promise<T>, effects: Effects): BackgroundTask<T> {
    return new BackgroundTask(this.config.now, this.settings.latency[operation], result, effects.stuck);
  }

  clear(): void {
    this.allProjects.clear();
    this.allDatasets.clear();
  }

  private findProject(arn: string): Project | undefined {
    const project = this.allProjects.get(arn);
    if (!project?.task?.finished()) return project;
    project.task = undefined;
    if (project.status === 'CREATING') {
      project.status = 'CREATED';
      return project;
    }
    this.allProjects.delete(arn);
    for (const dataset of this.datasetsOf(arn)) this.allDatasets.delete(dataset.arn);
    return undefined;
  }

  findDataset(arn: string): Dataset | undefined {
    const dataset = this.allDatasets.get(arn)?.settle();
    if (!dataset?.gone) return dataset;
    this.allDatasets.delete(arn);
    return undefined;
  }
}
