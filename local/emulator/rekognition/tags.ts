import type { ListTagsForResourceRequest, ListTagsForResourceResponse, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-rekognition';
import { ServiceError } from '../core/service';
import { invalidParameter } from './errors';
import type { Store } from './store';

const MOST_TAGS = 50;

/** The tags of a resource that is being made. */
export function initialTags(tags: Record<string, string> = {}): Map<string, string> {
  const all = new Map(Object.entries(tags));
  // Creations do not declare ServiceQuotaExceededException.
  if (all.size > MOST_TAGS) throw invalidParameter(`${all.size} tags are given; ${MOST_TAGS} are allowed.`);
  return all;
}

export function tagResource(store: Store, { ResourceArn: arn, Tags: tags }: TagResourceRequest): object {
  const current = store.tagsOf(arn!);
  const all = new Map([...current, ...Object.entries(tags!)]);
  if (all.size > MOST_TAGS) throw new ServiceError('ServiceQuotaExceededException', `The resource ${arn} would have ${all.size} tags; ${MOST_TAGS} are allowed.`);
  for (const [key, value] of all) current.set(key, value);
  store.findDataset(arn!)?.tagged();
  return {};
}

export function untagResource(store: Store, { ResourceArn: arn, TagKeys: keys }: UntagResourceRequest): object {
  const current = store.tagsOf(arn!);
  for (const key of keys!) current.delete(key);
  store.findDataset(arn!)?.tagged();
  return {};
}

export function listTagsForResource(store: Store, { ResourceArn: arn }: ListTagsForResourceRequest): ListTagsForResourceResponse {
  return { Tags: Object.fromEntries(store.tagsOf(arn!)) };
}
