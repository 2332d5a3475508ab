import { parseSlotId } from '../core/slot';
import type { Slot } from '../core/slot';
import { LOOKOUT_VISION } from './lookoutvision/profile';
import type { ServiceProfile } from './port';
import { REKOGNITION } from './rekognition/profile';

/** By the service that the ARN of a project names. */
const PROFILES: Readonly<Partial<Record<string, ServiceProfile>>> = { rekognition: REKOGNITION, lookoutvision: LOOKOUT_VISION };

/** What the services are called, for use in a sentence. */
export const SERVICES = Object.values(PROFILES).map((profile) => profile!.title).join(' or ');

/** The service that the slot is in. */
export function profileOf({ projectArn }: Slot): ServiceProfile {
  return profileIn(projectArn)!;
}

/** Whether this is the ARN of a project of a service that the handler knows. */
export function isProjectArn(arn: unknown): arn is string {
  return typeof arn === 'string' && (profileIn(arn)?.projectArn.test(arn) ?? false);
}

/** The slot that a physical id names, in a service that the handler knows. */
export function slotOfId(id: string): Slot | undefined {
  const slot = parseSlotId(id);
  return slot && profileIn(slot.projectArn) ? slot : undefined;
}

function profileIn(arn: string): ServiceProfile | undefined {
  return PROFILES[arn.split(':')[2]];
}
