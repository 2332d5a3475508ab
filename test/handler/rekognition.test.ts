import { gzipSync } from 'node:zlib';
import {
  CreateDatasetCommand, CreateProjectCommand, DeleteProjectCommand, DescribeDatasetCommand, DescribeProjectsCommand,
  ListDatasetEntriesCommand, ListTagsForResourceCommand, TagResourceCommand,
} from '@aws-sdk/client-rekognition';
import type { Fault } from '../../local/emulator';
import type { Bench } from '../rigs/bench';
import { CustomResource, datasetProperties } from '../rigs/cloudformation';
import type { Properties } from '../rigs/cloudformation';
import { HandlerSetup } from './setup';

/**
 * Every row of what happens when, with the built handler bundle, the real SDK clients over HTTP, and the events in
 * the order of CloudFormation and the Provider framework.
 */

jest.setTimeout(60_000);

const setup = new HandlerSetup('rekognition', 'Birds');
let bench: Bench;
let projectArn: string;
let resource: CustomResource;
beforeEach(() => { ({ bench, projectArn, resource } = setup); });

describe('Create', () => {
  test('into an empty slot: created from the staged manifest, in one write', async () => {
    const outcome = await resource.deploy(await properties(['a', 'b', 'c']));

    expect(outcome).toMatchObject({
      status: 'SUCCESS',
      physicalId: `${projectArn}/dataset/train`,
      data: { DatasetStatus: 'CREATE_COMPLETE', TotalEntries: 3, LabeledEntries: 3, TotalLabels: 1, ErrorEntries: 0 },
    });
    expect(outcome.data!.ContentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await entries()).toEqual(['a', 'b', 'c'].map((name) => line(name)));
    expect(writes()).toEqual(['CreateDataset']);
  });

  test('in chunks: created empty, then the fewest updates, one after the other', async () => {
    const names = Array.from({ length: 9000 }, (_, i) => `image-${i}`);
    await resource.deploy(await properties(names, { InitialLoad: 'CHUNKS' }, { padding: 1000 }));

    const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(line(name, { padding: 1000 })) + 1, 0);
    expect(writes()).toEqual(['CreateDataset', ...Array(Math.ceil(bytes / 4_500_000)).fill('UpdateDatasetEntries')]);
    expect(await entries()).toHaveLength(9000);
  });

  test('without a manifest: an empty dataset', async () => {
    const { Manifest: _, ...empty } = await properties([]);
    const outcome = await resource.deploy(empty);
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 0, DatasetStatus: 'CREATE_COMPLETE' } });
  });

  test('repeated after a lost answer: carries on, makes no second dataset', async () => {
    const wanted = await properties(['a', 'b']);
    const fields = { RequestType: 'Create', ResourceProperties: wanted };
    await resource.request(fields);
    bench.emulator.clearRequests();
    const again = await resource.request(fields);

    expect(again).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
    expect(writes()).toEqual([]);
  });

  test('answer of CreateDataset lost: found again by its owner tags', async () => {
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'drop', after: true });
    const outcome = await resource.deploy(await properties(['a', 'b']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
  });

  test('into a slot of somebody else: fails before anything is changed, and rollback leaves it alone', async () => {
    const foreign = await foreignDataset(['x']);
    const before = await snapshot(foreign);
    const outcome = await resource.deploy(await properties(['a']));

    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toContain(`already has a TRAIN dataset, ${foreign}`);
    expect(outcome.reason).toContain('adoptExisting');
    expect(writes()).toEqual([]);
    expect(await snapshot(foreign)).toEqual(before);
  });

  test('into a slot of another resource of this library: names the owner', async () => {
    const owner = setup.newResource('Owner');
    await owner.deploy(await properties(['a']));
    const outcome = await resource.deploy(await properties(['b']));
    expect(outcome.reason).toContain(`belongs to resource Owner of stack stack-${setup.count};`);
    expect(await entries()).toEqual([line('a')]);
  });

  test('with adoptExisting: marks somebody else\'s dataset and brings it to the manifest', async () => {
    const foreign = await foreignDataset(['a', 'b']);
    const outcome = await resource.deploy(await properties(['a', 'b', 'c'], { AdoptExisting: 'true' }));

    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { DatasetArn: foreign, TotalEntries: 3 } });
    expect(updates()).toEqual([[line('c')]]);
    expect(await tags(foreign)).toMatchObject({ 'cdk-vision-datasets:resource': 'Birds', 'made-by': 'hand' });
  });

  test('adoption that fails: restored with its entries and tags', async () => {
    const foreign = await foreignDataset(['a', 'b']);
    const before = { entries: await entries(), tags: await tags(foreign) };
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'The service is having a bad day.' });
    const outcome = await resource.deploy(await properties(['b', 'c'], { AdoptExisting: 'true' }));

    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toContain('The service is having a bad day.');
    const { arn } = (await slot())!;
    expect({ entries: (await entries()).sort(), tags: await tags(arn) }).toEqual({ entries: before.entries.sort(), tags: before.tags });
  });

  test('fails when the service does: CREATE_FAILED is told and removed', async () => {
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'The manifest file has too many terminal errors.' });
    const outcome = await resource.deploy(await properties(['a']));

    expect(outcome).toMatchObject({
      status: 'FAILED',
      reason: 'CreateDataset ended in CREATE_FAILED: The manifest file has too many terminal errors. The images may not be readable: check that they are where the manifest says, and let the provider read them with grantRead of Images.inBucket.',
    });
    expect(await slot()).toBeUndefined();
    expect(await setup.staged()).toEqual([]);
  });

  test('fails for a broken line before any call that writes, naming line, source-ref and code', async () => {
    const broken = line('b').replace('"class-name":"bird"', '"class":"bird"');
    const outcome = await resource.deploy(await properties([], {}, { text: `${line('a')}\n${broken}\n` }));

    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toMatch(/:2 .*s3:\/\/images\/b\.jpg.*ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT/);
    expect(Buffer.byteLength(outcome.reason!)).toBeLessThan(1000);
    expect(writes()).toEqual([]);
  });

  test('fails for many broken lines with one cause: names the first three and counts the others; the report has every line', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => i % 4 === 0 ? line(`${i}`).replace('"confidence":1,', '') : line(`${i}`));
    const { reason, reported } = await refusedLines(lines);
    expect(reason).toMatch(new RegExp('^s3://source/[^ ]+ has 10 problems: ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT \\(10 times\\): in "kind-metadata" confidence is nothing; '
      + 'make it a number from 0 to 1\\. At line 1 \\(s3://images/0\\.jpg\\); line 5 \\(.*\\); line 9 \\(.*\\); and 7 more\\. All of them: s3://staging/reports/'));
    expect(reported).toEqual([expect.objectContaining({ count: 10 })]);
    expect(reported[0].places.map((place: { line: number }) => place.line)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37]);
  });

  test('fails for many causes: tells as many as there is room for, and keeps the address of the report', async () => {
    const wrong = ['1', 'null', '[]', '{}', 'true'];
    const lines = Array.from({ length: 40 }, (_, i) => i % 2 === 0 ? line(`${i}`) : line(`${i}`).replace('"human-annotated":"yes"', `"human-annotated":${wrong[i % 5]}`));
    const { reason, reported } = await refusedLines([...lines, '{', line('0'), '{"x":1}']);
    expect(reason).toMatch(/ has 23 problems: line 41: ERROR_INVALID_JSON_LINE: .* … and (a problem|\d+ problems) more\. All of them: s3:\/\/staging\/reports\/\S+\.jsonl$/);
    expect(Buffer.byteLength(reason)).toBeLessThan(1000);
    expect(reported.reduce((sum, group) => sum + group.count, 0)).toBe(23);
  });

  /** What is said of these lines, to the stack and in the report. */
  async function refusedLines(lines: readonly string[]): Promise<{ reason: string; reported: any[] }> {
    const { reason } = await resource.deploy(await properties([], {}, { text: lines.join('\n') }));
    const [report] = (await bench.objects('staging')).filter((key) => reason!.endsWith(key));
    const text = bench.s3.objects.get(`staging/${report}`)!.toString();
    return { reason: reason!, reported: text.trimEnd().split('\n').map((item) => JSON.parse(item)) };
  }

  test('fails for a manifest that is not there, and for a project that is not there', async () => {
    const wanted = await properties(['a']);
    expect((await resource.deploy({ ...wanted, Manifest: { Bucket: 'source', Key: 'gone.manifest' } })).reason)
      .toContain('there is no manifest at s3://source/gone.manifest');
    const elsewhere = projectArn.replace(/\d+$/, '1');
    expect((await resource.deploy({ ...wanted, ProjectArn: elsewhere })).reason).toContain(`there is no project ${elsewhere}`);
  });

  test('reads a gzip manifest and resolves references against the bucket', async () => {
    const text = '{"source-ref":"wings/a b.jpg"}\n{"source-ref":"s3://old/é+%20.jpg"}\n';
    await bench.put('source', 'relative.gz', gzipSync(text));
    const outcome = await resource.deploy({
      ...await properties([]), Manifest: { Bucket: 'source', Key: 'relative.gz', Encoding: 'gzip' }, Images: { Bucket: 'new', Prefix: 'birds/' },
    });
    expect(outcome.status).toBe('SUCCESS');
    expect(await entries()).toEqual(['{"source-ref":"s3://new/birds/wings/a b.jpg"}', '{"source-ref":"s3://new/é+%20.jpg"}']);
  });
});

describe('Update', () => {
  test('with the same content: no write', async () => {
    await resource.deploy(await properties(['a', 'b']));
    bench.emulator.clearRequests();
    const outcome = await resource.deploy(await properties(['a', 'b']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
    expect(writes()).toEqual([]);
    expect(listings()).toBe(0);
  });

  test('with lines added and changed: one write that carries exactly these', async () => {
    await resource.deploy(await properties(['a', 'b', 'c']));
    bench.emulator.clearRequests();
    const text = [line('a'), line('b', { label: 'owl' }), line('c'), line('d')].join('\n');
    await resource.deploy(await properties([], {}, { text }));

    expect(updates()).toEqual([[line('b', { label: 'owl' }), line('d')]]);
    expect(await entries()).toEqual(text.split('\n'));
  });

  test('with 30,000 changed lines of 700 to 1,500 bytes: the fewest calls, none over the limit, never two at a time', async () => {
    const lines = (label: string) => Array.from({ length: 30_000 }, (_, i) => line(`image-${i}`, { label, padding: 450 + (i * 7919) % 800 }));
    const text = lines('owl').map((item) => `${item}\n`).join('');
    await resource.deploy(await properties([], {}, { text: lines('bird').join('\n') }));
    bench.emulator.clearRequests();
    const outcome = await resource.deploy(await properties([], {}, { text }));

    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 30_000 } });
    const sizes = lines('owl').map((item) => Buffer.byteLength(item));
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([expect.closeTo(700, -2), expect.closeTo(1500, -2)]);
    const calls = bench.emulator.requests().filter(({ operation }) => operation === 'UpdateDatasetEntries');
    expect(calls.map(({ status }) => status)).toEqual(Array(Math.ceil(Buffer.byteLength(text) / 4_500_000)).fill(200));
    expect(Math.max(...calls.map(({ text: sent }) => Buffer.byteLength(sent!)))).toBeLessThanOrEqual(4_500_000);
    expect(calls.map(({ text: sent }) => sent).join('')).toBe(text);
  });

  test('with lines removed, RECREATE: deleted, created, equal to the manifest; the id stays', async () => {
    const { physicalId, data } = await resource.deploy(await properties(['a', 'b', 'c']));
    bench.emulator.clearRequests();
    const outcome = await resource.deploy(await properties(['a', 'c']));

    expect(outcome).toMatchObject({ status: 'SUCCESS', physicalId, data: { TotalEntries: 2 } });
    expect(outcome.data!.DatasetArn).not.toBe(data!.DatasetArn);
    expect(writes()).toEqual(['DeleteDataset', 'CreateDataset']);
    expect(await entries()).toEqual([line('a'), line('c')]);
  });

  test('with lines removed, UNLABEL: their labels go, other changes too, in one write', async () => {
    await resource.deploy(await properties(['a', 'b'], { RemovedEntries: 'UNLABEL' }));
    bench.emulator.clearRequests();
    const outcome = await resource.deploy(await properties(['a', 'c'], { RemovedEntries: 'UNLABEL' }));

    expect(updates()).toEqual([[line('c'), '{"source-ref":"s3://images/b.jpg"}']]);
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3, LabeledEntries: 2 } });
    bench.emulator.clearRequests();
    await resource.deploy(await properties(['a', 'c', 'd'], { RemovedEntries: 'UNLABEL' }));
    expect(updates()).toEqual([[line('d')]]);
  });

  test('with lines removed, KEEP: they stay as they are', async () => {
    await resource.deploy(await properties(['a', 'b'], { RemovedEntries: 'KEEP' }));
    const outcome = await resource.deploy(await properties(['a'], { RemovedEntries: 'KEEP' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2, LabeledEntries: 2 } });
  });

  test('with kept lines, then RECREATE: they go', async () => {
    await resource.deploy(await properties(['a', 'b'], { RemovedEntries: 'KEEP' }));
    await resource.deploy(await properties(['a'], { RemovedEntries: 'KEEP' }));
    await resource.deploy(await properties(['a'], { RemovedEntries: 'RECREATE' }));
    expect(await entries()).toEqual([line('a')]);
  });

  test('with lines removed, FAIL: says which, changes nothing', async () => {
    await resource.deploy(await properties(['a', 'b'], { RemovedEntries: 'FAIL' }));
    bench.emulator.clearRequests();
    const outcome = await resource.deploy(await properties(['a'], { RemovedEntries: 'FAIL' }));
    expect(outcome).toMatchObject({ status: 'FAILED' });
    expect(outcome.reason).toContain('first s3://images/b.jpg');
    expect(writes()).toEqual([]);
  });

  test('of a dataset that vanished by hand: created again', async () => {
    const { data } = await resource.deploy(await properties(['a', 'b']));
    await bench.deleteDataset(data!.DatasetArn);
    const outcome = await resource.deploy(await properties(['a', 'b', 'c']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
  });

  test('of a dataset that was edited by hand: read back and corrected', async () => {
    const { data } = await resource.deploy(await properties(['a', 'b']));
    await bench.update(data!.DatasetArn, [line('b', { label: 'edited' })]);
    bench.emulator.clearRequests();
    await resource.deploy(await properties(['a', 'b', 'c']));
    expect(updates()).toEqual([[line('b'), line('c')]]);
  });

  test('after an index of another format: read back and corrected', async () => {
    await resource.deploy(await properties(['a', 'b']));
    const [index] = [...bench.s3.objects.keys()].filter((path) => path.startsWith(`staging/stack-${setup.count}-`) && path.endsWith('.index'));
    const bytes = bench.s3.objects.get(index)!;
    bytes.writeUInt32LE(99, 8);
    bench.emulator.clearRequests();
    await resource.deploy(await properties(['a', 'b', 'c']));
    expect(updates()).toEqual([[line('c')]]);
    expect(listings()).toBe(1);
  });

  test('of a dataset left in UPDATE_FAILED: pushed again', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    bench.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'no' });
    await bench.update(data!.DatasetArn, [line('x')]);
    const outcome = await resource.deploy(await properties(['a', 'b']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { DatasetStatus: 'UPDATE_COMPLETE', TotalEntries: 2 } });
  });

  test('of a dataset left in CREATE_FAILED: recreated', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    await bench.deleteDataset(data!.DatasetArn);
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
    const left = await bench.rekognition.send(new CreateDatasetCommand({
      ProjectArn: projectArn,
      DatasetType: 'TRAIN',
      Tags: { 'cdk-vision-datasets:stack': resource.stackId, 'cdk-vision-datasets:resource': 'Birds' },
    }));
    await bench.settle(left.DatasetArn!);
    expect((await slot())!.status).toBe('CREATE_FAILED');
    const outcome = await resource.deploy(await properties(['a', 'b']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { DatasetStatus: 'CREATE_COMPLETE', TotalEntries: 2 } });
  });

  test('that fails in the service: rolled back to exactly the old entries', async () => {
    await resource.deploy(await properties(['a', 'b']));
    const before = await entries();
    bench.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'The manifest file has too many labels.' });
    const outcome = await resource.deploy(await properties(['a', 'b', 'c']));
    expect(outcome).toMatchObject({
      status: 'FAILED', reason: 'UpdateDatasetEntries, chunk 1 of 1, ended in UPDATE_FAILED: The manifest file has too many labels.',
    });
    expect(await entries()).toEqual(before);
  });

  test('that fails after the old dataset was deleted: rolled back to exactly the old entries', async () => {
    await resource.deploy(await properties(['a', 'b', 'c']));
    const before = await entries();
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
    expect((await resource.deploy(await properties(['a']))).status).toBe('FAILED');
    expect(await entries()).toEqual(before);
  });

  test('that fails for a manifest overwritten in its bucket: rolled back to what it held when it was applied', async () => {
    const old = { ...await properties([]), Manifest: { Bucket: 'source', Key: 'moving.manifest' } };
    await bench.put('source', 'moving.manifest', `${line('a')}\n${line('b')}\n`);
    await resource.deploy(old);
    const before = await entries();
    await bench.put('source', 'moving.manifest', `${line('z')}\n`);
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
    expect((await resource.deploy(await properties(['c']))).status).toBe('FAILED');
    expect(await entries()).toEqual(before);
  });

  test('that brings more errors than allowed: told with source-ref and code, rolled back', async () => {
    await resource.deploy(await properties(['a', 'b'], { MaxErrorEntries: '1' }));
    const before = await entries();
    const wrong = (name: string) => line(name).replace('"class-name":"bird",', '');
    const text = [line('a'), line('b'), wrong('c'), wrong('d')].join('\n');
    const outcome = await resource.deploy(await properties([], { MaxErrorEntries: '1' }, { text }));
    expect(outcome.reason).toContain('s3://images/c.jpg');
    expect(await entries()).toEqual(before);
  });

  test('that allows fewer errors than the service has found: told with line, source-ref and code from the service, reported in full', async () => {
    const wrong = (name: string) => line(name).replace('"class-name":"bird",', '');
    const text = [line('a'), wrong('b'), line('c'), wrong('d')].join('\n');
    const allowed = await properties([], { MaxErrorEntries: '2' }, { text });
    expect(await resource.deploy(allowed)).toMatchObject({ status: 'SUCCESS', data: { ErrorEntries: 2 } });
    bench.emulator.clearRequests();
    const { status, reason } = await resource.deploy({ ...allowed, MaxErrorEntries: '0' });

    expect(status).toBe('FAILED');
    expect(reason).toMatch(/found errors in 2 entries, where maxErrorEntries allows 0, first s3:\/\/images\/b\.jpg \(line 2\): ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT: /);
    const [report] = (await bench.objects('staging')).filter((key) => reason!.endsWith(key));
    const rows = bench.s3.objects.get(`staging/${report}`)!.toString().trimEnd().split('\n').map((row) => JSON.parse(row));
    expect(rows.map(({ line: number, sourceRef }) => [number, sourceRef])).toEqual([[2, 's3://images/b.jpg'], [4, 's3://images/d.jpg']]);
    expect(writes()).toEqual([]);
  });

  test('to another type: new slot, the old dataset goes', async () => {
    await resource.deploy(await properties(['a']));
    const outcome = await resource.deploy(await properties(['a'], { DatasetType: 'TEST' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', physicalId: `${projectArn}/dataset/test` });
    expect(await slot('TRAIN')).toBeUndefined();
    expect(await slot('TEST')).toBeDefined();
  });

  test('to another project that fails: nothing stays there, the old dataset is untouched', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    const before = await snapshot(data!.DatasetArn);
    const first = projectArn;
    const second = await setup.newProject();
    const wanted = await properties(['b']);
    projectArn = first;
    bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
    expect((await resource.deploy({ ...wanted, ProjectArn: second })).status).toBe('FAILED');
    expect(await snapshot(data!.DatasetArn)).toEqual(before);
    projectArn = second;
    expect(await slot()).toBeUndefined();
  });

  test('of tags only: they follow, the tags of others stay, no entry is sent', async () => {
    const { data } = await resource.deploy(await properties(['a'], { Tags: { team: 'birds', old: '1' } }));
    await bench.rekognition.send(new TagResourceCommand({ ResourceArn: data!.DatasetArn, Tags: { theirs: 'yes' } }));
    bench.emulator.clearRequests();
    await resource.deploy(await properties(['a'], { Tags: { team: 'owls' } }));
    expect(await tags(data!.DatasetArn)).toEqual({
      'team': 'owls', 'theirs': 'yes', 'cdk-vision-datasets:stack': resource.stackId, 'cdk-vision-datasets:resource': 'Birds',
    });
    expect(writes().sort()).toEqual(['TagResource', 'UntagResource']);
  });

  test('of a dataset that somebody else has adopted: refused, untouched', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    await bench.rekognition.send(new TagResourceCommand({ ResourceArn: data!.DatasetArn, Tags: { 'cdk-vision-datasets:resource': 'Other' } }));
    bench.emulator.clearRequests();
    const fields = {
      RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: resource.properties, ResourceProperties: await properties(['b']),
    };
    expect((await resource.request(fields)).reason).toContain('belongs to resource Other');
    expect(writes()).toEqual([]);
  });
});

describe('Delete', () => {
  test('of ours: deleted, staged objects too', async () => {
    await resource.deploy(await properties(['a']));
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await slot()).toBeUndefined();
    expect(await setup.staged()).toEqual([]);
  });

  test('while the service is busy: waited for, then deleted', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    const { latency } = bench.emulator.settings.rekognition;
    const { updateDatasetEntries } = latency;
    latency.updateDatasetEntries = 10_000;
    await bench.startUpdate(data!.DatasetArn, [line('b')]);
    latency.updateDatasetEntries = updateDatasetEntries;
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await slot()).toBeUndefined();
  });

  test.each(['CREATE_FAILED', 'UPDATE_FAILED'])('of ours in %s', async (status) => {
    const { data } = await resource.deploy(await properties(['a']));
    if (status === 'UPDATE_FAILED') {
      bench.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'no' });
      await bench.update(data!.DatasetArn, [line('x')]);
    } else {
      bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
      await resource.request({ RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: {}, ResourceProperties: await properties(['z']) });
    }
    expect((await slot())!.status).toBe(status);
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await slot()).toBeUndefined();
  });

  test('of an empty slot: success', async () => {
    const { data } = await resource.deploy(await properties(['a']));
    await bench.deleteDataset(data!.DatasetArn);
    bench.emulator.clearRequests();
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(writes()).toEqual([]);
  });

  test('of a foreign dataset, with our id, an invented id, or after another resource adopted it: untouched', async () => {
    const foreign = await foreignDataset(['x']);
    const before = await snapshot(foreign);
    const wanted = await properties(['a']);
    for (const id of [`${projectArn}/dataset/train`, `stack-${setup.count}-Birds-1A2B3C4D5E`]) {
      expect(await resource.remove(id, wanted)).toMatchObject({ status: 'SUCCESS', physicalId: id });
    }
    expect(writes()).toEqual([]);
    expect(await snapshot(foreign)).toEqual(before);

    const first = setup.newResource('First');
    const second = setup.newResource('Second');
    await bench.deleteDataset(foreign);
    await first.deploy(wanted);
    await second.deploy({ ...wanted, AdoptExisting: 'true' });
    expect(await first.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await entries()).toEqual([line('a')]);
  });

  /** A resource has been given another name, and adopts under it what it made under the old one. */
  async function renamedResource() {
    const wanted = { ...await properties(['a']), AdoptExisting: 'true' };
    const [old, renamed] = [setup.newResource('Old'), setup.newResource('Renamed')];
    await old.deploy(wanted);
    await renamed.deploy(wanted);
    return { old, renamed };
  }

  test('of a renamed resource: the new name has adopted the dataset, the old one lets it go, and it goes with the new one', async () => {
    const { old, renamed } = await renamedResource();
    await old.destroy();
    expect(await entries()).toEqual([line('a')]);
    await renamed.destroy();
    expect(await slot()).toBeUndefined();
  });

  test('of a renamed resource while the old one is there: a rollback, so the dataset is restored', async () => {
    const { renamed } = await renamedResource();
    await renamed.destroy();
    expect(await entries()).toEqual([line('a')]);
    expect(await tags((await slot())!.arn)).toMatchObject({ 'cdk-vision-datasets:resource': 'Old' });
  });

  test('of a create that was cancelled, with an invented id: what it made goes', async () => {
    const wanted = await properties(['a']);
    await resource.request({ RequestType: 'Create', ResourceProperties: wanted });
    expect(await resource.remove(`stack-${setup.count}-Birds-1A2B3C4D5E`, wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(await slot()).toBeUndefined();
  });

  test('with properties that never were valid: success', async () => {
    expect(await resource.remove('invented', { ProjectArn: 'nonsense' })).toMatchObject({ status: 'SUCCESS' });
  });
});

describe('under faults', () => {
  test.each<[string, Fault[]]>([
    ['throttling', [{ operation: 'UpdateDatasetEntries', kind: 'error', code: 'ThrottlingException', times: 3 }]],
    ['server errors', [{ operation: 'UpdateDatasetEntries', kind: 'error', code: 'InternalServerError', times: 2 }]],
    ['an HTML page', [{ operation: 'DescribeDataset', kind: 'html', times: 2 }]],
    ['busy', [{ operation: 'UpdateDatasetEntries', kind: 'error', code: 'ResourceInUseException', times: 3 }]],
    ['limit exceeded for a while', [{ operation: 'UpdateDatasetEntries', kind: 'error', code: 'LimitExceededException', times: 2 }]],
    ['access denied until the policy is everywhere', [{ operation: 'DescribeDataset', kind: 'error', code: 'AccessDeniedException', times: 2 }]],
    ['connection dropped before the effect', [{ operation: 'UpdateDatasetEntries', kind: 'drop' }]],
    ['connection dropped after the effect', [{ operation: 'UpdateDatasetEntries', kind: 'drop', after: true }]],
    ['stale descriptions', [{ operation: 'DescribeDataset', kind: 'stale', times: 5 }]],
  ])('%s: waited out', async (_, faults) => {
    await resource.deploy(await properties(['a']));
    for (const fault of faults) bench.emulator.addFault(fault);
    const outcome = await resource.deploy(await properties(['a', 'b']));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
    expect(await entries()).toEqual([line('a'), line('b')]);
  });

  test('a stale status is not taken for the end of a chunk', async () => {
    await resource.deploy(await properties([], { InitialLoad: 'CHUNKS' }, { text: '{"source-ref":"s3://images/0.jpg"}' }));
    bench.emulator.settings.rekognition.staleDescribe = 2;
    try {
      const names = Array.from({ length: 9000 }, (_, i) => `image-${i}`);
      const outcome = await resource.deploy(await properties(names, {}, { padding: 1000, before: '{"source-ref":"s3://images/0.jpg"}\n' }));
      expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 9001 } });
      expect(refused('UpdateDatasetEntries')).toEqual([]);
    } finally {
      bench.emulator.settings.rekognition.staleDescribe = 0;
    }
  });

  test.each(['accept', 'error'] as const)('fractions of pixels, where the answer of the service to them is %s', async (fractions) => {
    bench.emulator.settings.rekognition.fractions = fractions;
    try {
      const outcome = await resource.deploy(await properties([], {}, { text: FRACTION }));
      expect(outcome).toMatchObject(fractions === 'accept' ? { status: 'SUCCESS', data: { TotalEntries: 1, ErrorEntries: 0 } } : { status: 'FAILED' });
      if (fractions === 'error') expect(outcome.reason).toMatch(/first s3:\/\/images\/a\.jpg \(line 1\): ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT: /);
    } finally {
      bench.emulator.settings.rekognition.fractions = 'accept';
    }
  });

  test('out of time: says how far it got', async () => {
    await resource.deploy(await properties(['a']));
    bench.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'stuck' });
    const outcome = await bench.withTotalTimeout(60, async () => resource.request({
      RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: resource.properties, ResourceProperties: await properties(['a', 'b']),
    }));
    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toBe('not finished in time: 0 of 1 chunks (0 of 1 entries) are loaded; UpdateDatasetEntries had not finished. Deploy again to continue from there, or give the DatasetProvider a longer totalTimeout.');
    bench.emulator.clearFaults();
    const next = await resource.deploy(await properties(['a', 'b']));
    expect(next).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
  });

  test('a create that was overtaken by its delete does not come back', async () => {
    const { latency } = bench.emulator.settings.rekognition;
    const { createDataset } = latency;
    latency.createDataset = 30_000;
    try {
      const wanted = await properties(['a', 'b'], { InitialLoad: 'CHUNKS' });
      const creating = resource.request({ RequestType: 'Create', ResourceProperties: wanted });
      await bench.until(async () => writes().includes('CreateDataset'));
      expect(await resource.remove('invented', wanted)).toMatchObject({ status: 'SUCCESS' });
      expect((await creating).status).toBe('FAILED');
      expect(await slot()).toBeUndefined();
    } finally {
      latency.createDataset = createDataset;
    }
  });

  test('the response URL is never logged', async () => {
    const { lines } = await bench.logged(async () => resource.deploy(await properties(['a'])));
    expect(lines.join('\n')).not.toContain('secret-response-url');
    expect(lines.length).toBeGreaterThan(3);
    for (const text of lines) expect(JSON.parse(text)).toHaveProperty('message');
  });
});

describe('a project by name', () => {
  test('resolved through every page, refused when there is none', async () => {
    const lookup = new CustomResource(bench.handler, 'stack', 'Lookup', 'Custom::RekognitionProjectLookup');
    const name = projectArn.split('/')[1];
    expect(await lookup.deploy({ ProjectName: name })).toMatchObject({ status: 'SUCCESS', physicalId: projectArn, data: { ProjectArn: projectArn } });
    expect(await lookup.destroy()).toMatchObject({ status: 'SUCCESS' });
    const missing = new CustomResource(bench.handler, 'stack', 'Lookup', 'Custom::RekognitionProjectLookup');
    expect((await missing.deploy({ ProjectName: 'no-such' })).reason).toContain('there is no Custom Labels project named "no-such"');
  });

  test('looked up anew with another revision: the project made again under the name has another ARN', async () => {
    const ProjectName = projectArn.split('/')[1];
    const lookup = new CustomResource(bench.handler, 'stack', 'Lookup', 'Custom::RekognitionProjectLookup');
    await lookup.deploy({ ProjectName, Revision: '1' });
    await bench.rekognition.send(new DeleteProjectCommand({ ProjectArn: projectArn }));
    await bench.until(async () => {
      const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({ ProjectNames: [ProjectName] }));
      return ProjectDescriptions!.length === 0;
    });
    const { ProjectArn } = await bench.rekognition.send(new CreateProjectCommand({ ProjectName }));
    expect(ProjectArn).not.toBe(projectArn);
    expect(await lookup.deploy({ ProjectName, Revision: '2' })).toMatchObject({ status: 'SUCCESS', physicalId: ProjectArn, data: { ProjectArn } });
  });
});

/** A line of the manifest, labelled. */
function line(name: string, { label = 'bird', padding = 0 } = {}): string {
  return JSON.stringify({
    'source-ref': `s3://images/${name}.jpg`,
    'kind': 0,
    'kind-metadata': {
      'class-name': label, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification',
      ...(padding > 0 && { 'job-name': 'j'.repeat(padding) }),
    },
  });
}

/** An image with a box that begins between two pixels. */
const FRACTION = JSON.stringify({
  'source-ref': 's3://images/a.jpg',
  'bb': { image_size: [{ width: 800, height: 600, depth: 3 }], annotations: [{ class_id: 0, left: 10.5, top: 20, width: 100, height: 80 }] },
  'bb-metadata': {
    'objects': [{ confidence: 1 }], 'class-map': { 0: 'bird' }, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/object-detection',
  },
});

let manifests = 0;

async function properties(
  names: string[], overrides: Properties = {}, { text, padding, before = '' }: { text?: string; padding?: number; before?: string } = {},
): Promise<Properties> {
  const key = `${++manifests}.manifest`;
  await bench.put('source', key, before + (text ?? names.map((name) => `${line(name, { padding })}\n`).join('')));
  return datasetProperties(projectArn, { Manifest: { Bucket: 'source', Key: key }, ...overrides });
}

async function slot(type = 'TRAIN'): Promise<{ arn: string; status: string } | undefined> {
  const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({ ProjectNames: [projectArn.split('/')[1]] }));
  const dataset = ProjectDescriptions![0].Datasets!.find(({ DatasetType }) => DatasetType === type);
  return dataset && { arn: dataset.DatasetArn!, status: dataset.Status! };
}

/** The entries of the slot's dataset, as they were sent. */
async function entries(): Promise<string[]> {
  return bench.entries((await slot())!.arn);
}

async function tags(arn: string): Promise<Record<string, string>> {
  return (await bench.rekognition.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags!;
}

async function foreignDataset(names: string[]): Promise<string> {
  const { DatasetArn } = await bench.rekognition.send(new CreateDatasetCommand({
    ProjectArn: projectArn, DatasetType: 'TRAIN', Tags: { 'made-by': 'hand' },
  }));
  await bench.settle(DatasetArn!);
  await bench.update(DatasetArn!, names.map((name) => line(name)));
  bench.emulator.clearRequests();
  return DatasetArn!;
}

/** Everything the service shows of a dataset. */
async function snapshot(arn: string): Promise<unknown> {
  const [description, listed, its] = await Promise.all([
    bench.rekognition.send(new DescribeDatasetCommand({ DatasetArn: arn })),
    bench.rekognition.send(new ListDatasetEntriesCommand({ DatasetArn: arn })),
    tags(arn),
  ]);
  return { description: description.DatasetDescription, entries: listed.DatasetEntries, tags: its };
}

/** Operations that write and were accepted, in order. */
function writes(): string[] {
  return bench.emulator.requests().filter(({ write, status }) => write && status === 200).map(({ operation }) => operation);
}

function updates(): string[][] {
  return bench.emulator.requests().filter(({ operation, status }) => operation === 'UpdateDatasetEntries' && status === 200)
    .map(({ text }) => text!.trimEnd().split('\n'));
}

function refused(operation: string): string[] {
  const ofIt = bench.emulator.requests().filter((request) => request.operation === operation);
  return ofIt.filter(({ status }) => status !== 200).map(({ errorCode }) => errorCode!);
}

function listings(): number {
  return bench.emulator.requests().filter(({ operation }) => operation === 'ListDatasetEntries').length;
}
