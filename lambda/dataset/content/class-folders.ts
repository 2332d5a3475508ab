import { areSets, folderClass, folderLine, isVisible, numberedClasses } from '../../../lib/formats';
import type { FoldersProperties } from '../../../lib/provider/wire';
import { ConflictError, DeployError, ServiceError } from '../../core/errors';
import { log } from '../../core/log';
import type { Context } from '../context';

/** Keys that a message shows; all are counted. */
const SHOWN = 3;

export function folderAddress({ Bucket, Prefix }: Pick<FoldersProperties, 'Bucket' | 'Prefix'>): string {
  return `s3://${Bucket}/${Prefix}`;
}

/**
 * The lines of a manifest: one for each image in the class folders of a bucket, in the order of S3's listings. The classes
 * are found first, because the number of each depends on all of them; after that one page of keys is held at a time.
 */
export async function* folderLines(context: Context, folders: FoldersProperties): AsyncIterable<Uint8Array> {
  try {
    yield* listed(context, folders);
  } catch (error) {
    if (error instanceof ServiceError) throw new DeployError(`the folders of ${folderAddress(folders)} cannot be listed: ${error.message}.`);
    throw error;
  }
}

async function* listed({ store, budget }: Context, folders: FoldersProperties): AsyncIterable<Uint8Array> {
  const { Bucket, Prefix } = folders;
  const address = folderAddress(folders);
  const labels = { attribute: folders.LabelAttribute, creationDate: folders.CreationDate };
  const classes = await classesOf({ store, budget }, folders);
  const others: string[] = [];
  let images = 0;
  let left = 0;
  for await (const keys of store.pages(Bucket, Prefix)) {
    budget.check();
    let lines = '';
    for (const key of keys) {
      const name = key.slice(Prefix.length);
      const ofClass = folderClass(name);
      if (ofClass !== undefined) {
        if (!classes.includes(ofClass)) throw new ConflictError('ListObjectsV2', `"${key}" of a class that had no image a moment ago`);
        lines += `${folderLine(`s3://${Bucket}/${key}`, ofClass, classes, labels)}\n`;
        images++;
      } else if (isVisible(name)) {
        left++;
        if (others.length < SHOWN) others.push(key);
      }
    }
    yield Buffer.from(lines);
  }
  if (images === 0) throw new DeployError(`there are no images in class folders under ${address}; .png, .jpg and .jpeg keys such as ${address}normal/1.png were looked for${left > 0 ? `, and ${left} other keys found, first ${others[0]}` : ' and no other key found either'}; check bucket and prefix.`);
  log('class folders listed', { address, images, classes });
  if (left > 0) log('keys left out that are no .png, .jpg or .jpeg image in a class folder', { address, keys: left, first: others });
}

/** The folders that have an image, in the order of their numbers. */
async function classesOf({ store, budget }: Pick<Context, 'store' | 'budget'>, { Bucket, Prefix }: FoldersProperties): Promise<string[]> {
  const first: string[] = [];
  for await (const folder of store.folders(Bucket, Prefix)) {
    budget.check();
    if (!isVisible(folder.slice(Prefix.length, -1))) continue;
    const found = await firstImage(store.pages(Bucket, folder), Prefix);
    if (found !== undefined) first.push(found);
  }
  const classes = numberedClasses(first.map((name) => folderClass(name)!));
  if (areSets(first)) {
    throw new DeployError(`the folders under ${folderAddress({ Bucket, Prefix })} are sets (${classes.join(', ')}), not labels; choose one of them for each dataset with prefix, such as "${Prefix}${classes[0]}/".`);
  }
  return classes;
}

/** The name of the first image of a folder. */
async function firstImage(pages: AsyncIterable<readonly string[]>, prefix: string): Promise<string | undefined> {
  for await (const keys of pages) {
    const found = keys.map((key) => key.slice(prefix.length)).find((name) => folderClass(name) !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
