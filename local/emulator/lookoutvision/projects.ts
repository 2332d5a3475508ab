import type {
  CreateProjectRequest, CreateProjectResponse, DeleteProjectRequest, DeleteProjectResponse, DescribeProjectRequest, DescribeProjectResponse,
  ListProjectsRequest, ListProjectsResponse, ProjectMetadata,
} from '@aws-sdk/client-lookoutvision';
import { pageOf } from '../core/paging';
import { invalidNextToken, projectConflict } from './errors';
import type { Project, Store } from './store';

export function createProject(store: Store, { ProjectName: name }: CreateProjectRequest): CreateProjectResponse {
  if (store.hasProject(name!)) throw projectConflict(name!, `Project ${name} already exists`);
  return { ProjectMetadata: metadata(store.addProject(name!)) };
}

export function describeProject(store: Store, { ProjectName: name }: DescribeProjectRequest): DescribeProjectResponse {
  const project = store.project(name!);
  return { ProjectDescription: { ...metadata(project), Datasets: store.datasetsOf(project).map((dataset) => dataset.metadata) } };
}

export function listProjects(store: Store, input: ListProjectsRequest): ListProjectsResponse {
  const { items, nextToken } = pageOf(store.listProjects(), input, 'projects', invalidNextToken);
  return { Projects: items.map(metadata), NextToken: nextToken };
}

export function deleteProject(store: Store, { ProjectName: name }: DeleteProjectRequest): DeleteProjectResponse {
  const project = store.project(name!);
  if (store.datasetsOf(project).length > 0) throw projectConflict(name!, `Project ${name} has datasets; delete them first`);
  if (project.models.size > 0) throw projectConflict(name!, `Project ${name} has models; delete them first`);
  store.deleteProject(name!);
  return { ProjectArn: project.arn };
}

function metadata({ arn, name, created }: Project): ProjectMetadata {
  return { ProjectArn: arn, ProjectName: name, CreationTimestamp: new Date(created) };
}
