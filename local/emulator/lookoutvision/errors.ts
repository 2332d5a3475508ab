import type { ResourceType } from '@aws-sdk/client-lookoutvision';
import { ServiceError } from '../core/service';

/** What the members of exceptions hold when nobody says, such as in a fault. */
export const EMULATED_MEMBERS: Readonly<Record<string, string>> = {
  ResourceId: 'emulated', ResourceType: 'DATASET', QuotaCode: 'L-EMULATED', ServiceCode: 'lookoutvision',
};

/** What is answered in front of every service and is in no API model: 400 but for these. */
export const GATEWAY_STATUSES: Readonly<Record<string, number>> = {
  IncompleteSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnknownOperationException: 404,
  UnsupportedMediaTypeException: 415,
};

const about = (id: string, type: ResourceType) => ({ members: { ResourceId: id, ResourceType: type } });

/** A model of a project has this id; the service's own is not published. */
export const modelId = (project: string, version: string) => `${project}/${version}`;
const datasetId = (project: string, type: string) => `${project}/${type}`;

export const invalid = (message: string) => new ServiceError('ValidationException', message);
export const invalidNextToken = () => invalid('The NextToken is invalid: it was not given for this request.');
export const accessDenied = (message: string) => new ServiceError('AccessDeniedException', message);
export const throttled = () => new ServiceError('ThrottlingException', 'Rate exceeded', undefined, { retryAfter: 1 });

const notFound = (message: string, id: string, type: ResourceType) =>
  new ServiceError('ResourceNotFoundException', message, undefined, about(id, type));
export const projectNotFound = (name: string) => notFound(`Project ${name} could not be found`, name, 'PROJECT');
export const datasetNotFound = (project: string, type: string) =>
  notFound(`Dataset ${type} could not be found in project ${project}`, datasetId(project, type), 'DATASET');
export const modelNotFound = (project: string, version: string) =>
  notFound(`Model ${version} could not be found in project ${project}`, modelId(project, version), 'MODEL');

const conflict = (message: string, id: string, type: ResourceType) => new ServiceError('ConflictException', message, undefined, about(id, type));
export const projectConflict = (name: string, message: string) => conflict(message, name, 'PROJECT');
export const datasetConflict = (project: string, type: string, message: string) => conflict(message, datasetId(project, type), 'DATASET');
export const modelConflict = (project: string, version: string, message: string) => conflict(message, modelId(project, version), 'MODEL');

export const quotaExceeded = (message: string, id: string, type: ResourceType) =>
  new ServiceError('ServiceQuotaExceededException', message, undefined, about(id, type));
