import { Refused } from './cloud';

/**
 * The policies of one stack's role, as the template makes them: one for each slot, named by it. While an update runs, that of the old
 * slot and that of the new one are in force; the old one goes when the clean-up has deleted the old dataset.
 */
export class Policies {
  /** Slots as `<project ARN>/dataset/<type>`. */
  inForce: readonly string[] = [];

  /** @throws Refused when no policy allows the action on the dataset or, for CreateDataset, on the project */
  check(action: string, arn: string): void {
    if (!this.inForce.some((slot) => arn === projectOf(slot) || datasets(arn) === datasets(slot))) {
      throw new Refused('AccessDeniedException', `User is not authorized to perform: rekognition:${action} on resource: ${arn}`);
    }
  }
}

function projectOf(slot: string): string {
  return slot.slice(0, slot.indexOf('/dataset/'));
}

/** What the policies name: `project/<name>/dataset/<type>`, without the times of creation. */
function datasets(arn: string): string | undefined {
  const [, name, type] = /:project\/([^/]+)(?:\/\d+)?\/dataset\/(train|test)/u.exec(arn) ?? [];
  return name && `${name}/${type}`;
}
