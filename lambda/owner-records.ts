import type { ObjectStore, S3Location, Slot, Tags } from './ports';
import { hash, slotId } from './properties';
import { parseRecord } from './staging';

/** Tags of a dataset in a slot, where the service keeps none. */
export interface OwnerRecord {
  /** The dataset they are of; absent while its creation has not been answered. */
  readonly arn?: string;
  readonly tags: Tags;
  /** The creation as it was sent: sent again, it tells which dataset it has made. */
  readonly creation?: { readonly clientToken: string; readonly manifest?: S3Location };
}

/** Tags of datasets as objects of the staging bucket, one for each slot: `owners/<slot>.json`. */
export class OwnerRecords {
  constructor(private readonly store: ObjectStore, private readonly bucket: string) {}

  async read(slot: Slot): Promise<OwnerRecord | undefined> {
    const body = await this.store.read(this.bucket, keyOf(slot));
    return body && parseRecord(body, keyOf(slot));
  }

  async write(slot: Slot, record: OwnerRecord): Promise<void> {
    await this.store.write(this.bucket, keyOf(slot), JSON.stringify(record));
  }

  async remove(slot: Slot): Promise<void> {
    await this.store.remove(this.bucket, [keyOf(slot)]);
  }
}

function keyOf(slot: Slot): string {
  return `owners/${hash(slotId(slot))}.json`;
}
