import { WIRE_VERSION } from '../../lib/provider/wire';
import { DeployError } from './errors';

/** Whether properties are of the version that this handler reads. */
export function isKnownVersion({ WireVersion }: Readonly<Record<string, unknown>>): boolean {
  return WireVersion === WIRE_VERSION;
}

/** @throws DeployError for properties of another version */
export function assertKnownVersion(raw: Readonly<Record<string, unknown>>): void {
  if (isKnownVersion(raw)) return;
  const version = raw.WireVersion === undefined ? 'no WireVersion' : `WireVersion ${JSON.stringify(raw.WireVersion)}`;
  throw new DeployError(`the resource has ${version} and the deployed handler reads "${WIRE_VERSION}": its DatasetProvider is of another version of cdk-vision-datasets; deploy the provider's stack with the version of the construct first.`);
}
