import { ServiceError } from '../core/service';

/** The texts AWS publishes for a code ("Error handling"); operation-specific ones are not published. */
export const PUBLISHED_MESSAGES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'User: arn:aws:iam::000000000000:user/emulated is not authorized to perform this action.',
  InternalServerError: 'Internal server error',
  InvalidPaginationTokenException: 'Invalid Pagination Token',
  InvalidParameterException: 'Request has invalid parameters.',
  InvalidS3ObjectException: 'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
  ProvisionedThroughputExceededException: 'Provisioned Rate exceeded.',
  ResourceInUseException: 'Specified resource is in use.',
  ThrottlingException: 'Service Unavailable',
};

/** "Sudden increase in rate": the form of ThrottlingException that is answered with 400. */
export const throttled = () => new ServiceError('ThrottlingException', 'Slow down; sudden increase in rate of requests.', 400);
export const rateExceeded = () => new ServiceError('ProvisionedThroughputExceededException', '');
export const notFound = (arn: string) => new ServiceError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
export const inUse = (why: string) => new ServiceError('ResourceInUseException', `${PUBLISHED_MESSAGES.ResourceInUseException} ${why}`);
export const invalidParameter = (why: string) =>
  new ServiceError('InvalidParameterException', `${PUBLISHED_MESSAGES.InvalidParameterException} ${why}`);
export const invalidPaginationToken = () =>
  new ServiceError('InvalidPaginationTokenException', PUBLISHED_MESSAGES.InvalidPaginationTokenException);
