import type {
  CreateModelRequest, CreateModelResponse, DeleteModelRequest, DeleteModelResponse, DescribeModelRequest, DescribeModelResponse,
  ListModelsRequest, ListModelsResponse, ModelMetadata,
} from '@aws-sdk/client-lookoutvision';
import { pageOf } from '../core/paging';
import type { Effects } from '../core/service';
import { datasetConflict, invalidNextToken, modelConflict, modelId, modelNotFound, quotaExceeded } from './errors';
import { requireState } from './states';
import type { Model, Project, Store } from './store';
import { initialTags } from './tags';

const MOST_TRAININGS = 2;

export function isTraining({ training }: Model): boolean {
  return !training.finished();
}

export function createModel(store: Store, input: CreateModelRequest, effects: Effects): CreateModelResponse {
  const project = store.project(input.ProjectName!);
  const train = store.findDataset(project, 'train');
  if (!train) throw datasetConflict(project.name, 'train', `Project ${project.name} has no train dataset`);
  for (const dataset of store.datasetsOf(project)) requireState(dataset, 'CreateModel');
  const version = String(project.lastVersion + 1);
  if (store.projects.flatMap(({ models }) => [...models.values()]).filter(isTraining).length >= MOST_TRAININGS) {
    throw quotaExceeded(`${MOST_TRAININGS} models are training already`, modelId(project.name, version), 'MODEL');
  }
  const arn = store.arn(`model/${project.name}/${version}`);
  const model: Model = {
    version,
    arn,
    created: store.config.now(),
    description: input.Description,
    output: input.OutputConfig!,
    kmsKeyId: input.KmsKeyId,
    tags: initialTags(arn, input.Tags),
    training: store.startTask(store.settings.latency.trainModel, undefined, effects),
  };
  project.lastVersion += 1;
  project.models.set(version, model);
  return { ModelMetadata: metadata(model) };
}

export function describeModel(store: Store, input: DescribeModelRequest): DescribeModelResponse {
  const project = store.project(input.ProjectName!);
  const model = modelOf(project, input.ModelVersion === 'latest' ? latest(project) : input.ModelVersion!);
  return { ModelDescription: { ...metadata(model), OutputConfig: model.output, KmsKeyId: model.kmsKeyId } };
}

export function listModels(store: Store, input: ListModelsRequest): ListModelsResponse {
  const project = store.project(input.ProjectName!);
  const { items, nextToken } = pageOf([...project.models.values()], input, ['models', project.name], invalidNextToken);
  return { Models: items.map(metadata), NextToken: nextToken };
}

export function deleteModel(store: Store, input: DeleteModelRequest): DeleteModelResponse {
  const project = store.project(input.ProjectName!);
  const model = modelOf(project, input.ModelVersion!);
  if (isTraining(model)) throw modelConflict(project.name, model.version, `Model ${model.version} of project ${project.name} is training`);
  project.models.delete(model.version);
  return { ModelArn: model.arn };
}

function modelOf(project: Project, version: string): Model {
  const model = project.models.get(version);
  if (!model) throw modelNotFound(project.name, version);
  return model;
}

function latest({ models }: Project): string {
  return [...models.keys()].at(-1) ?? 'latest';
}

function metadata(model: Model): ModelMetadata {
  return {
    CreationTimestamp: new Date(model.created),
    ModelVersion: model.version,
    ModelArn: model.arn,
    Description: model.description,
    ...(isTraining(model)
      ? { Status: 'TRAINING', StatusMessage: 'The model is training.' }
      : { Status: 'TRAINING_FAILED', StatusMessage: 'Nothing is trained here: this is the emulation of the service\'s datasets.' }),
  };
}
