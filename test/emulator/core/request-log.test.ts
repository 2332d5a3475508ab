import { RequestLog } from '../../../local/emulator/core/request-log';
import type { RequestRecord } from '../../../local/emulator/core/request-log';

function record(number: number, text?: string): RequestRecord {
  return {
    id: String(number), time: '', service: 'rekognition', operation: 'UpdateDatasetEntries', write: true, status: 200, request: {}, durationMs: 0,
    ...(text !== undefined && { text }),
  };
}

test('the oldest texts are let go when they take more than 128 MiB, the records stay', () => {
  const log = new RequestLog();
  const text = 'x'.repeat(5 * 1024 * 1024);
  for (let i = 0; i < 40; i++) log.add(record(i, text));
  const records = log.list();
  expect(records).toHaveLength(40);
  const complete = records.filter(({ text: kept }) => kept !== undefined);
  expect(complete.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, i) => String(i + 15)));
});

test('the oldest records are let go when there are more than 50,000', () => {
  const log = new RequestLog();
  for (let i = 0; i < 60_000; i++) log.add(record(i, 'x'));
  const records = log.list();
  expect(records.length).toBeGreaterThan(44_000);
  expect(records.length).toBeLessThanOrEqual(50_000);
  expect(records.at(-1)!.id).toBe('59999');
  log.clear();
  log.add(record(1));
  expect(log.list()).toHaveLength(1);
});
