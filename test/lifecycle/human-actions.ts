import { RESOURCE_TAG, STACK_TAG } from '../../lambda/core/owner-tags';
import type { Cloud, StoredDataset } from './cloud';
import { STAGING } from './in-memory-functions';

/** An image's line; an empty label is none. */
export function line(name: string, label: string): string {
  return JSON.stringify({
    'source-ref': `s3://images/${name}.jpg`,
    ...(label !== '' && {
      'kind': 0,
      'kind-metadata': {
        'class-name': label, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00',
        'type': 'groundtruth/image-classification',
      },
    }),
  });
}

/** What a human does in the console, to the dataset of a slot or to the staging bucket. */
export const BY_HAND_ACTIONS = {
  'dataset made': (cloud: Cloud, slot: string) => { make(cloud, slot, 'ax'); },
  'empty dataset made': (cloud: Cloud, slot: string) => { make(cloud, slot, ''); },
  'dataset deleted': (cloud: Cloud, slot: string) => {
    change(cloud, slot, (dataset) => { cloud.datasets.splice(cloud.datasets.indexOf(dataset), 1); });
  },
  'entry added': (cloud: Cloud, slot: string) => { edit(cloud, slot, () => line('z', 'bird')); },
  'entry changed': (cloud: Cloud, slot: string) => { edit(cloud, slot, (name) => line(name, 'by hand')); },
  'label removed': (cloud: Cloud, slot: string) => { edit(cloud, slot, (name) => line(name, '')); },
  'update failed': (cloud: Cloud, slot: string) => {
    change(cloud, slot, (dataset) => Object.assign(dataset, { status: 'UPDATE_FAILED', lastUpdated: cloud.clock.now() }));
  },
  'owner tags removed': (cloud: Cloud, slot: string) => {
    change(cloud, slot, ({ tags }) => { for (const key of [STACK_TAG, RESOURCE_TAG]) delete tags[key]; });
  },
  'other owner tags': (cloud: Cloud, slot: string) => { change(cloud, slot, ({ tags }) => { tags[RESOURCE_TAG] = 'Other'; }); },
  'staging emptied': (cloud: Cloud) => { unstage(cloud, ''); },
  'record removed': (cloud: Cloud) => { unstage(cloud, '/applied.json'); },
  'progress removed': (cloud: Cloud) => { unstage(cloud, '/progress.json'); },
  'lease removed': (cloud: Cloud) => { unstage(cloud, '/lease.json'); },
  'way back removed': (cloud: Cloud) => { unstage(cloud, '/adopted.manifest'); },
  'staged lines removed': (cloud: Cloud) => {
    for (const end of ['/desired.manifest', '/desired.index', '/kept.manifest', '/kept.index', '/listed.manifest', '.jsonl']) unstage(cloud, end);
  },
  'every second staging object removed': (cloud: Cloud) => { removeEverySecond(cloud, 0); },
  'every other staging object removed': (cloud: Cloud) => { removeEverySecond(cloud, 1); },
};

function removeEverySecond(cloud: Cloud, first: number): void {
  [...cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/`)).forEach((key, i) => { if (i % 2 === first) cloud.objects.delete(key); });
}

export type ByHand = keyof typeof BY_HAND_ACTIONS;

/** Those that leave the dataset alone and remove staging objects. */
export const UNSTAGING = [
  'staging emptied', 'record removed', 'progress removed', 'lease removed', 'way back removed', 'staged lines removed',
  'every second staging object removed', 'every other staging object removed',
] as const satisfies readonly ByHand[];

/** Nothing happens to a dataset that the service is working on. */
function change(cloud: Cloud, slot: string, how: (dataset: StoredDataset) => void): void {
  const dataset = cloud.at(slot);
  if (dataset && !dataset.work) how(dataset);
}

/** Puts a line, made from the name of the first image. */
function edit(cloud: Cloud, slot: string, lineOf: (first: string) => string): void {
  change(cloud, slot, (dataset) => {
    const first = [...dataset.entries.keys()][0]?.slice('s3://images/'.length, -'.jpg'.length) ?? 'z';
    const put = lineOf(first);
    dataset.entries.set(JSON.parse(put)['source-ref'], put);
    dataset.lastUpdated = cloud.clock.now();
  });
}

function make(cloud: Cloud, slot: string, names: string): void {
  if (cloud.at(slot)) return;
  cloud.calm();
  const [projectArn, type] = slot.split('/dataset/') as [string, string];
  cloud.create({ projectArn, datasetType: type.toUpperCase() as 'TRAIN' }, undefined, { 'made-by': 'hand' });
  cloud.calm();
  for (const name of names) cloud.at(slot)!.entries.set(`s3://images/${name}.jpg`, line(name, 'by hand'));
}

function unstage(cloud: Cloud, end: string): void {
  for (const key of cloud.objects.keys()) if (key.startsWith(`${STAGING}/`) && key.endsWith(end)) cloud.objects.delete(key);
}
