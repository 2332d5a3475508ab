import type {
  ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagResourceRequest, UntagResourceRequest,
} from '@aws-sdk/client-lookoutvision';
import { invalid, modelNotFound, quotaExceeded } from './errors';
import type { Store } from './store';

const MOST_TAGS = 200;
const MODEL = /:model\/([^/]+)\/([^/]+)$/;

/** The tags of a model that is being made. */
export function initialTags(arn: string, tags: readonly Tag[] = []): Map<string, string> {
  return withTags(arn, new Map(), tags);
}

export function tagResource(store: Store, { ResourceArn: arn, Tags: tags }: TagResourceRequest): object {
  const current = tagsOf(store, arn!);
  for (const [key, value] of withTags(arn!, current, tags!)) current.set(key, value);
  return {};
}

export function untagResource(store: Store, { ResourceArn: arn, TagKeys: keys }: UntagResourceRequest): object {
  const current = tagsOf(store, arn!);
  for (const key of keys!) current.delete(key);
  return {};
}

export function listTagsForResource(store: Store, { ResourceArn: arn }: ListTagsForResourceRequest): ListTagsForResourceResponse {
  return { Tags: [...tagsOf(store, arn!)].map(([Key, Value]) => ({ Key, Value })) };
}

/** Only models have tags. */
function tagsOf(store: Store, arn: string): Map<string, string> {
  const [, project, version] = MODEL.exec(arn) ?? [];
  if (project === undefined || arn !== store.arn(`model/${project}/${version}`)) throw invalid(`${arn} is not the ARN of a model of this account and Region.`);
  const model = store.projects.find(({ name }) => name === project)?.models.get(version);
  if (!model) throw modelNotFound(project, version);
  return model.tags;
}

function withTags(arn: string, current: ReadonlyMap<string, string>, tags: readonly Tag[]): Map<string, string> {
  const all = new Map([...current, ...tags.map(({ Key, Value }) => [Key!, Value!] as const)]);
  if (all.size > MOST_TAGS) throw quotaExceeded(`The model ${arn} would have ${all.size} tags; ${MOST_TAGS} are allowed`, arn, 'MODEL');
  return all;
}
