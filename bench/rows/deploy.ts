import { Cloud, USUAL_LATENCY } from '../cloud/cloud';
import type { Latency } from '../cloud/cloud';
import { SampleClient } from '../cloud/sample-client';
import type { Input } from '../inputs/catalogue';
import { progress } from '../progress';
import { leastCalls } from './calls';
import type { Row, Setting } from './row';

const POLL_OF_THE_SAMPLES = 5_000;

/** How long a create, an update of every line and a delete take, against the time the service itself needs. */
export async function deploy({ inputs, pace }: Setting): Promise<Row[]> {
  const [first, second] = [inputs.get('part'), inputs.get('part-changed')];
  const latency = scaled(pace);
  progress('deploys with the latencies of the service, three ways at a time');
  // They wait nearly all the time, so they do not disturb each other.
  const [ours, sample, again] = await Promise.all([
    inCloud(latency, (cloud) => byHandler(cloud, first, second)),
    inCloud(latency, (cloud) => bySample(cloud, first, second, pace, false)),
    inCloud(latency, (cloud) => bySample(cloud, first, second, pace, true)),
  ]);
  const chunks = leastCalls(second);
  const service = (latency.createDataset + chunks * latency.updateDatasetEntries + latency.deleteDataset) / 1000;
  const parts = (times: readonly number[]) => `${times.map((time) => time.toFixed(1)).join(' + ')} = ${sum(times).toFixed(1)} s`;
  return [{
    what: `create, update of ${chunks} chunks, delete: time against the service's own`,
    measured: sum(ours) / service, unit: 'x', goal: 'at most', must: 1.15, aim: 1.05,
    note: `${parts(ours)}, the service's own ${service.toFixed(1)} s; whole file with polls every 5 s ${parts(sample)}; `
      + `delete all and recreate with polls every 5 s ${parts(again)}, without a dataset for most of its update`,
  }];
}

/** Seconds of create, update and delete. */
async function byHandler(cloud: Cloud, first: Input, second: Input): Promise<number[]> {
  const handler = cloud.function();
  const before = cloud.properties(await cloud.put(first.path, 'first.manifest'));
  const after = cloud.properties(await cloud.put(second.path, 'second.manifest'));
  const created = await handler.deploy(before);
  const updated = await handler.deploy(after, before);
  if (created.entries !== first.lines || updated.entries !== second.lines) throw new Error('entries were lost');
  const deleted = await handler.destroy(after);
  return [created.seconds, updated.seconds, deleted.seconds];
}

async function bySample(cloud: Cloud, first: Input, second: Input, pace: number, recreate: boolean): Promise<number[]> {
  const client = new SampleClient(cloud, POLL_OF_THE_SAMPLES * pace);
  await cloud.put(first.path, 'first.manifest');
  await cloud.put(second.path, 'second.manifest');
  const steps = [
    () => client.create('first.manifest'),
    async () => {
      if (!recreate) return client.sendAll(second.path);
      await client.delete();
      await client.create('second.manifest');
    },
    () => client.delete(),
  ];
  const times: number[] = [];
  for (const step of steps) {
    const began = performance.now();
    await step();
    times.push((performance.now() - began) / 1000);
  }
  return times;
}

export function scaled(pace: number): Latency {
  return Object.fromEntries(Object.entries(USUAL_LATENCY).map(([name, time]) => [name, time * pace])) as unknown as Latency;
}

/** Works in a cloud that is stopped afterwards. */
export async function inCloud<T>(latency: Latency, work: (cloud: Cloud) => Promise<T>): Promise<T> {
  const cloud = await Cloud.start(latency);
  try {
    return await work(cloud);
  } finally {
    await cloud.stop();
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
