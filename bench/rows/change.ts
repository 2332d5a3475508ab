import type { Cloud } from '../cloud/cloud';
import { SampleClient } from '../cloud/sample-client';
import type { Input } from '../inputs/catalogue';
import { progress } from '../progress';
import { megabytes } from '../text';
import { inCloud, scaled } from './deploy';
import type { Row, Setting } from './row';

/** Looks for the end far more often than the samples do, so that re-sending gets its best time. */
const EAGER_POLL = 200;

interface Sent {
  readonly bytes: number;
  readonly calls: number;
  readonly seconds: number;
}

/** A change of 0.1 % of the lines against sending everything again. */
export async function change({ inputs, pace }: Setting): Promise<Row[]> {
  const [first, second] = [inputs.get('sixty'), inputs.get('sixty-changed')];
  progress('a small change and re-sending everything, with the latencies of the service');
  const [ours, everything] = await Promise.all([
    inCloud(scaled(pace), (cloud) => changed(cloud, first, second)),
    inCloud(scaled(pace), (cloud) => resent(cloud, first, second, pace)),
  ]);
  const figures = ({ bytes, calls, seconds }: Sent) => `${megabytes(bytes)} in ${calls} ${calls === 1 ? 'call' : 'calls'}, ${seconds.toFixed(1)} s`;
  const note = `${figures(ours)}; everything again ${figures(everything)}, with polls every 0.2 s`;
  return [
    { what: 'a 0.1 % change against re-sending everything: bytes', measured: everything.bytes / ours.bytes, unit: 'x', goal: 'at least', must: 50, aim: 50, note },
    { what: 'a 0.1 % change against re-sending everything: time', measured: everything.seconds / ours.seconds, unit: 'x', goal: 'at least', must: 10, aim: 10, note },
  ];
}

async function changed(cloud: Cloud, first: Input, second: Input): Promise<Sent> {
  const handler = cloud.function();
  const before = cloud.properties(await cloud.put(first.path, 'first.manifest'));
  const after = cloud.properties(await cloud.put(second.path, 'second.manifest'));
  await handler.deploy(before);
  await cloud.forgetCalls();
  const { seconds, entries } = await handler.deploy(after, before);
  const sent = await sentTo(cloud, seconds);
  if (entries !== second.lines || sent.bytes !== second.sentBytes) throw new Error(`${sent.bytes} bytes were sent, where ${second.sentBytes} had changed`);
  return sent;
}

async function resent(cloud: Cloud, first: Input, second: Input, pace: number): Promise<Sent> {
  const client = new SampleClient(cloud, EAGER_POLL * pace);
  await client.create(await cloud.put(first.path, 'first.manifest'));
  await cloud.forgetCalls();
  const began = performance.now();
  await client.sendAll(second.path);
  const sent = await sentTo(cloud, (performance.now() - began) / 1000);
  if (await client.entries() !== second.lines || sent.bytes !== second.bytes) throw new Error('re-sending everything lost entries');
  return sent;
}

async function sentTo(cloud: Cloud, seconds: number): Promise<Sent> {
  const writes = await cloud.writes();
  const bytes = writes.reduce((total, { request }) => total + (request.Changes?.bytes ?? 0), 0);
  return { bytes, calls: writes.length, seconds };
}
