import type { ResourceType } from '@aws-sdk/client-lookoutvision';
import { ServiceError } from '../core/service';

interface Modelled {
  readonly status: number;
  /** Members its body has beside Message, with what they hold when nobody says. */
  readonly members?: Readonly<Record<string, string>>;
}

const RESOURCE = { ResourceId: 'emulated', ResourceType: 'DATASET' };
const QUOTA = { QuotaCode: 'L-EMULATED', ServiceCode: 'lookoutvision' };

/** The exceptions of the API model, and what gateways answer in front of every service. */
export const EXCEPTIONS: Readonly<Record<string, Modelled>> = {
  AccessDeniedException: { status: 403 },
  ConflictException: { status: 409, members: RESOURCE },
  InternalServerException: { status: 500 },
  ResourceNotFoundException: { status: 404, members: RESOURCE },
  ServiceQuotaExceededException: { status: 402, members: QUOTA },
  ThrottlingException: { status: 429, members: QUOTA },
  ValidationException: { status: 400 },
  IncompleteSignatureException: { status: 403 },
  MissingAuthenticationTokenException: { status: 403 },
  UnknownOperationException: { status: 404 },
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
