import { gzipSync } from 'zlib';
import type { Outcome, Properties } from '../../helpers/cloudformation';
import { line } from './by-hand';
import { Stage, TRAIN } from './stage';

/** Manifests that mean harm or are broken: refused in one printable line, or taken for what they are, in bounded memory. */

jest.setTimeout(60_000);

let stage: Stage;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  stage = new Stage();
  stage.begin();
});

const MEGABYTE = 1024 * 1024;

async function refused(manifest: string | Buffer, overrides: Properties = {}): Promise<string> {
  return reasonOf(await stage.resource.deployAndRest(stage.propertiesOf(manifest, overrides)));
}

function reasonOf({ status, reason }: Outcome): string {
  expect(status).toBe('FAILED');
  expect(Buffer.byteLength(reason!)).toBeLessThan(1000);
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u);
  expect(stage.cloud.writes).toEqual([]);
  expect(stage.cloud.at(TRAIN)).toBeUndefined();
  return reason!;
}

/** The most that the process holds while it works, beyond what it held before; bytes. */
async function growthOf(work: (sample: () => void) => Promise<unknown>): Promise<number> {
  const held = () => { const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
  const before = held();
  let most = before;
  await work(() => { most = Math.max(most, held()); });
  return most - before;
}

function streamed(sample: () => void, megabytes: number, piece: (i: number) => Buffer): Properties {
  const properties = stage.propertiesOf('x');
  stage.cloud.streams.set(`source/${(properties.Manifest as { Key: string }).Key}`, async function* () {
    for (let i = 0; i < megabytes; i++) {
      sample();
      yield piece(i);
    }
  });
  return properties;
}

test('a gzip bomb: stopped at the service\'s limit, in bounded memory', async () => {
  const member = gzipSync(Buffer.alloc(64 * MEGABYTE, ' '));
  let made = 0;
  const growth = await growthOf(async (sample) => {
    const properties = streamed(sample, 1000, () => { made++; return member; });
    const Manifest = { ...properties.Manifest as object, Encoding: 'gzip' };
    expect(reasonOf(await stage.resource.deployAndRest({ ...properties, Manifest }))).toContain('ERROR_MANIFEST_SIZE_TOO_LARGE');
  });
  // Sixteen members are the limit; what was fed ahead of the decompression comes on top.
  expect(made).toBeLessThan(40);
  expect(growth).toBeLessThan(200 * MEGABYTE);
});

test('a line of a gigabyte: refused as too long, in bounded memory', async () => {
  const piece = Buffer.alloc(MEGABYTE, 'x');
  const growth = await growthOf(async (sample) => {
    const properties = streamed(sample, 1000, (i) => i === 0 ? Buffer.from('{"source-ref":"s3://images/a.jpg","x":"') : piece);
    expect(reasonOf(await stage.resource.deployAndRest(properties))).toMatch(/ERROR_LINE_TOO_LONG|more than 100000 characters/);
  });
  expect(growth).toBeLessThan(100 * MEGABYTE);
});

test('gzip that breaks off, and what is no gzip: said so', async () => {
  const body = gzipSync(`${line('a', 'bird')}\n`.repeat(1000));
  const Manifest = { Bucket: 'source', Key: '1.manifest', Encoding: 'gzip' };
  expect(await refused(body.subarray(0, body.length - 20), { Manifest })).toContain('is not readable as gzip');
  stage = new Stage();
  expect(await refused('{"source-ref":"s3://images/a.jpg"}\n', { Manifest })).toContain('is not readable as gzip');
});

const good = line('a', 'bird');

test.each<[string, string | Buffer, RegExp]>([
  ['two references in one line', '{"source-ref":"s3://images/a.jpg","source-ref":"s3://images/b.jpg"}', /ERROR_INVALID_JSON_LINE.*more than one source-ref/],
  ['NUL bytes', Buffer.from(`${good}\n{"source-ref":"s3://images/b\0.jpg"}\n`), /:2.*ERROR_INVALID_JSON_LINE/],
  ['half of a surrogate pair', '{"source-ref":"s3://images/\\ud800.jpg"}', /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"source-ref":"s3://images/'), Buffer.from([0xe9, 0x2e]), Buffer.from('jpg"}\n')]), /not in the encoding UTF-8/],
  ['UTF-16', Buffer.from(`\ufeff${good}\n`, 'utf16le'), /UTF-16/],
  ['nesting as deep as a line is long', `{"source-ref":"s3://images/b.jpg","x":${'['.repeat(49_000)}${']'.repeat(49_000)}}`, /ERROR_NO_LABEL_ATTRIBUTES/],
  ['nesting that does not end', `{"source-ref":"s3://images/b.jpg","x":${'['.repeat(90_000)}}`, /ERROR_INVALID_JSON_LINE/],
  ['control characters and markup in what is quoted', '{"source-ref":"<script>\\u001b[31m\\u202e\\nalert()</script>"}', /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['a reference of 90,000 characters', JSON.stringify({ 'source-ref': `ftp://${'y'.repeat(90_000)}` }), /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['__proto__ without its half', '{"source-ref":"s3://images/b.jpg","__proto__":{"toString":1}}', /ERROR_NO_LABEL_ATTRIBUTES/],
])('%s: one clear line, nothing written', async (_, manifest, reason) => {
  expect(await refused(manifest)).toMatch(reason);
});

test('__proto__ and constructor as label attributes are attributes', async () => {
  const metadata = JSON.parse(good)['kind-metadata'];
  const names = ['__proto__', 'constructor'].map((name) => `"${name}":0,"${name}-metadata":${JSON.stringify(metadata)}`);
  const text = `{"source-ref":"s3://images/a.jpg",${names.join(',')}}`;
  expect(await stage.resource.deployAndRest(stage.propertiesOf(text))).toMatchObject({ status: 'SUCCESS' });
  expect([...stage.cloud.at(TRAIN)!.entries.values()]).toEqual([text]);
  expect(({} as Record<string, unknown>)['class-name']).toBeUndefined();
});

test('keys that look like paths stay keys: below the prefix, and no staged object leaves its folder', async () => {
  const Images = { Bucket: 'images', Prefix: 'birds/' };
  const outcome = await stage.resource.deployAndRest(stage.propertiesOf('{"source-ref":"../x.jpg"}\n{"source-ref":"a/../../y.jpg"}\n', { Images }));
  const refs = [...stage.cloud.at(TRAIN)?.entries.keys() ?? []];
  if (outcome.status === 'SUCCESS') expect(refs).toEqual(['s3://images/birds/../x.jpg', 's3://images/birds/a/../../y.jpg']);
  else expect(reasonOf(outcome)).toMatch(/ERROR_INVALID_SOURCE_REF_FORMAT/);
  expect([...stage.cloud.objects.keys()].filter((key) => !/^source\/|^staging\/(reports\/)?stack-/.test(key))).toEqual([]);
});

test('control characters in a message of the service do not reach the reason', async () => {
  stage.cloud.nextEnd = { fail: 'bad\u0000\u001b[31m news\n\u202e<b>' };
  const { reason } = await stage.resource.request({ RequestType: 'Create', ResourceProperties: stage.properties('a') });
  expect(reason).toMatch(/^CreateDataset ended in CREATE_FAILED: bad.*news/);
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a manifest that changes between the reading and the creation: what was read is what is created', async () => {
  const rehearsal = new Stage();
  const { log } = await rehearse(rehearsal);
  for (let at = log.indexOf('close'); at <= log.indexOf('create'); at++) {
    stage = new Stage();
    const properties = stage.properties('abc');
    const overwrite = () => { stage.cloud.objects.set('source/1.manifest', Buffer.from('garbage')); };
    stage.begin(new Map([[at, { do: 'meanwhile', what: 'manifest overwritten', run: overwrite }]]));
    expect(await stage.resource.deployAndRest(properties)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    expect(stage.names()).toBe('abc');
  }
});

async function rehearse(on: Stage) {
  const script = on.begin();
  await on.resource.deployAndRest(on.properties('abc'));
  return script;
}
