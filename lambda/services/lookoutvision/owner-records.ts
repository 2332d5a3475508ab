import { UNKNOWN_OWNER } from '../../core/owner-tags';
import { hash, isTags, slotId } from '../../core/slot';
import type { Slot, Tags } from '../../core/slot';
import type { ObjectStore, S3Location } from '../../staging/object-store';
import { parseObject, parseRecord, toRecord } from '../../staging/record';

/** Tags of a dataset in a slot, where the service keeps none. */
export interface OwnerRecord {
  /** The dataset they are of; absent while its creation has not been answered. */
  readonly arn?: string;
  readonly tags: Tags;
  /** The creation as it was sent: sent again, it tells which dataset it has made. With neither this nor an ARN, nobody knows. */
  readonly creation?: { readonly clientToken: string; readonly manifest?: S3Location };
}

/** Tags of datasets as objects of the staging bucket, one for each slot: `owners/<slot>.json`. */
export class OwnerRecords {
  constructor(private readonly store: ObjectStore, private readonly bucket: string) {}

  /**
   * Whose a dataset is must be readable for ever, or one of ours could never be updated again: ARN and tags keep their names and
   * meaning in every version, like the tags of a service that keeps them.
   */
  async read(slot: Slot): Promise<OwnerRecord | undefined> {
    const key = keyOf(slot);
    const body = await this.store.read(this.bucket, key);
    if (!body) return undefined;
    const record = parseRecord<OwnerRecord>(body, key);
    if (record) return record;
    const { arn, tags } = parseObject(body) ?? {};
    return typeof arn === 'string' && isTags(tags) ? { arn, tags } : { tags: UNKNOWN_OWNER };
  }

  async write(slot: Slot, record: OwnerRecord): Promise<void> {
    await this.store.write(this.bucket, keyOf(slot), toRecord(record));
  }

  async remove(slot: Slot): Promise<void> {
    await this.store.remove(this.bucket, [keyOf(slot)]);
  }
}

function keyOf(slot: Slot): string {
  return `owners/${hash(slotId(slot))}.json`;
}
