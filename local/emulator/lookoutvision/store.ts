import type { OutputConfig } from '@aws-sdk/client-lookoutvision';
import { BackgroundTask } from '../core/background-task';
import type { Effects, ServiceConfig } from '../core/service';
import type { Dataset } from './dataset';
import type { DatasetType } from './dataset-entries';
import { datasetNotFound, projectNotFound } from './errors';
import type { LookoutVisionSettings } from './settings';

export interface Project {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly datasets: Map<string, Dataset>;
  /** By version. */
  readonly models: Map<string, Model>;
  /** Deleted datasets that are still described so many times. */
  readonly tombstones: Map<string, { readonly dataset: Dataset; left: number }>;
  lastVersion: number;
}

/** A model: it stands in the way of deletions and carries tags, but is never trained. */
export interface Model {
  readonly version: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly description?: string;
  readonly output: OutputConfig;
  readonly kmsKeyId?: string;
  readonly tags: Map<string, string>;
  readonly training: BackgroundTask<void>;
}

/** The projects of one account in one Region, brought up to the clock whenever they are looked at. */
export class Store {
  private readonly byName = new Map<string, Project>();
  /** What ListProjects answers for a while after a change. */
  private before: readonly Project[] = [];
  private staleLeft = 0;

  constructor(readonly config: ServiceConfig, readonly settings: LookoutVisionSettings) {}

  get projects(): readonly Project[] {
    return [...this.byName.values()];
  }

  /** The projects as ListProjects knows them. */
  listProjects(): readonly Project[] {
    if (this.staleLeft === 0) return this.projects;
    this.staleLeft -= 1;
    return this.before;
  }

  hasProject(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws ServiceError ResourceNotFoundException */
  project(name: string): Project {
    const project = this.byName.get(name);
    if (!project) throw projectNotFound(name);
    return project;
  }

  addProject(name: string): Project {
    this.projectsChange();
    const project = {
      name,
      arn: this.arn(`project/${name}`),
      created: this.config.now(),
      datasets: new Map(),
      models: new Map(),
      tombstones: new Map(),
      lastVersion: 0,
    };
    this.byName.set(name, project);
    return project;
  }

  deleteProject(name: string): void {
    this.projectsChange();
    this.byName.delete(name);
  }

  /** The dataset of a slot, when there is one. */
  findDataset(project: Project, type: string): Dataset | undefined {
    const dataset = project.datasets.get(type)?.settle();
    if (!dataset?.gone) return dataset;
    project.datasets.delete(type);
    project.tombstones.set(type, { dataset, left: this.settings.deleteCompleteReads });
    return undefined;
  }

  /** @throws ServiceError ResourceNotFoundException */
  dataset(projectName: string, type: DatasetType): Dataset {
    const dataset = this.findDataset(this.project(projectName), type);
    if (!dataset) throw datasetNotFound(projectName, type);
    return dataset;
  }

  datasetsOf(project: Project): Dataset[] {
    return [...project.datasets.keys()].flatMap((type) => this.findDataset(project, type) ?? []);
  }

  /** @param resource what follows the account in the ARN */
  arn(resource: string): string {
    return `arn:aws:lookoutvision:${this.config.region}:${this.config.account}:${resource}`;
  }

  /** @param latency milliseconds */
  startTask<T>(latency: number, result: T | Promise<T>, effects: Effects): BackgroundTask<T> {
    return new BackgroundTask(this.config.now, latency, result, effects.stuck);
  }

  clear(): void {
    this.byName.clear();
    this.staleLeft = 0;
  }

  private projectsChange(): void {
    if (this.staleLeft === 0) this.before = this.projects;
    this.staleLeft = this.settings.staleProjects;
  }
}
