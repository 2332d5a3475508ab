import type {
  CreateProjectRequest, CreateProjectResponse, DeleteProjectRequest, DeleteProjectResponse,
  DescribeProjectsRequest, DescribeProjectsResponse,
} from '@aws-sdk/client-rekognition';
import { pageOf } from '../core/paging';
import type { Effects } from '../core/service';
import { inUse, invalidPaginationToken, invalidParameter } from './errors';
import type { Project, Store } from './store';
import { initialTags } from './tags';

export function createProject(store: Store, input: CreateProjectRequest, effects: Effects): CreateProjectResponse {
  const { Feature: feature = 'CUSTOM_LABELS', AutoUpdate: autoUpdate, Tags: tags } = input;
  const name = input.ProjectName!;
  if (feature === 'CONTENT_MODERATION' && !autoUpdate) throw invalidParameter('A content moderation project needs AutoUpdate.');
  if (feature === 'CUSTOM_LABELS' && autoUpdate) throw invalidParameter('AutoUpdate is for content moderation projects only.');
  // Also while the old one is being deleted.
  if (store.projects.some((project) => project.name === name)) throw inUse(`There is a project named ${name}.`);

  const created = store.creationTime();
  const arn = store.arn(`project/${name}/${created}`);
  store.addProject({
    arn, name, created, feature, autoUpdate, tags: initialTags(tags), status: 'CREATING', task: store.startTask('createProject', undefined, effects),
  });
  return { ProjectArn: arn };
}

export function deleteProject(store: Store, { ProjectArn: arn }: DeleteProjectRequest, effects: Effects): DeleteProjectResponse {
  const project = store.project(arn!);
  if (project.status === 'DELETING') throw inUse('The project is being deleted.');
  if (store.datasetsOf(project.arn).length > 0 && !store.settings.deleteProjectCascades) throw inUse('The project has datasets; delete them first.');
  project.status = 'DELETING';
  project.task = store.startTask('deleteProject', undefined, effects);
  return { Status: 'DELETING' };
}

export function describeProjects(store: Store, input: DescribeProjectsRequest): DescribeProjectsResponse {
  const { ProjectNames: names, Features: features = ['CUSTOM_LABELS'] } = input;
  const matching = store.projects
    .filter((project) => (!names || names.includes(project.name)) && features.includes(project.feature))
    .sort((a, b) => b.created - a.created || (a.arn < b.arn ? -1 : 1));
  const { items, nextToken } = pageOf(matching, input, ['projects', names, features], invalidPaginationToken);
  return { ProjectDescriptions: items.map((project) => description(store, project)), NextToken: nextToken };
}

function description(store: Store, { arn, created, status, feature, autoUpdate }: Project) {
  return {
    ProjectArn: arn,
    CreationTimestamp: new Date(created),
    Status: status,
    Datasets: store.datasetsOf(arn).map((dataset) => ({
      CreationTimestamp: new Date(dataset.created),
      DatasetType: dataset.type,
      DatasetArn: dataset.arn,
      ...dataset.status,
    })),
    Feature: feature,
    AutoUpdate: autoUpdate,
  };
}
