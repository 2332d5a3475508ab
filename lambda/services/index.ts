import type { Slot } from '../core/slot';
import { LOOKOUT_VISION } from './lookoutvision';
import type { ServiceProfile } from './port';
import { REKOGNITION } from './rekognition';

/** By the service that the ARN of a project names. */
const PROFILES: Readonly<Record<string, ServiceProfile>> = { rekognition: REKOGNITION, lookoutvision: LOOKOUT_VISION };

/** The service that the slot is in. */
export function profileOf({ projectArn }: Slot): ServiceProfile {
  return PROFILES[projectArn.split(':')[2]];
}
