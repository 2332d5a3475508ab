import { gzipSync } from 'node:zlib';
import type { Outcome, Properties } from '../rigs/cloudformation';
import { line } from './human-actions';
import { Simulation, TRAIN } from './simulation';

/** Manifests that mean harm or are broken: refused in one printable line, or taken for what they are, in bounded memory. */

jest.setTimeout(60_000);

let simulation: Simulation;
let logged: string[];

beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => { logged.push(text); });
  simulation = new Simulation();
  simulation.begin();
});

const MEGABYTE = 1024 * 1024;

async function refused(manifest: string | Buffer, overrides: Properties = {}): Promise<string> {
  return reasonOf(await simulation.resource.deployAndRest(simulation.propertiesOf(manifest, overrides)));
}

function reasonOf({ status, reason }: Outcome): string {
  expect(status).toBe('FAILED');
  expect(Buffer.byteLength(reason!)).toBeLessThan(1000);
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u);
  expect(simulation.cloud.writes).toEqual([]);
  expect(simulation.cloud.at(TRAIN)).toBeUndefined();
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
  const properties = simulation.propertiesOf('x');
  simulation.cloud.streams.set(`source/${(properties.Manifest as { Key: string }).Key}`, async function* () {
    for (let i = 0; i < megabytes; i++) {
      sample();
      yield piece(i);
    }
  });
  return properties;
}

/** Every line of the log is one JSON object, and nothing in it disguises or breaks it. */
afterEach(() => {
  for (const text of logged) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u);
    expect(JSON.parse(text)).toHaveProperty('message');
  }
});

test('a gzip bomb: stopped at the service\'s limit, in bounded memory', async () => {
  const member = gzipSync(Buffer.alloc(64 * MEGABYTE, ' '));
  let made = 0;
  const growth = await growthOf(async (sample) => {
    const properties = streamed(sample, 1000, () => { made++; return member; });
    const Manifest = { ...properties.Manifest as object, Encoding: 'gzip' };
    expect(reasonOf(await simulation.resource.deployAndRest({ ...properties, Manifest }))).toContain('ERROR_MANIFEST_SIZE_TOO_LARGE');
  });
  // Sixteen members are the limit; what was fed ahead of the decompression comes on top.
  expect(made).toBeLessThan(40);
  expect(growth).toBeLessThan(200 * MEGABYTE);
});

test('a line of a gigabyte: refused as too long, in bounded memory', async () => {
  const piece = Buffer.alloc(MEGABYTE, 'x');
  const growth = await growthOf(async (sample) => {
    const properties = streamed(sample, 1000, (i) => i === 0 ? Buffer.from('{"source-ref":"s3://images/a.jpg","x":"') : piece);
    expect(reasonOf(await simulation.resource.deployAndRest(properties))).toMatch(/ERROR_LINE_TOO_LONG|more than 100000 characters/);
  });
  expect(growth).toBeLessThan(100 * MEGABYTE);
});

test('gzip that breaks off, and what is no gzip: said so', async () => {
  const body = gzipSync(`${line('a', 'bird')}\n`.repeat(1000));
  const Manifest = { Bucket: 'source', Key: '1.manifest', Encoding: 'gzip' };
  expect(await refused(body.subarray(0, body.length - 20), { Manifest })).toContain('is not readable as gzip');
  simulation = new Simulation();
  expect(await refused('{"source-ref":"s3://images/a.jpg"}\n', { Manifest })).toContain('is not readable as gzip');
});

const good = line('a', 'bird');

test.each<[string, string | Buffer, RegExp]>([
  ['two references in one line', '{"source-ref":"s3://images/a.jpg","source-ref":"s3://images/b.jpg"}', /ERROR_INVALID_JSON_LINE.*more than one source-ref/],
  ['NUL bytes', Buffer.from(`${good}\n{"source-ref":"s3://images/b\0.jpg"}\n`), /line 2.*ERROR_INVALID_JSON_LINE/],
  ['half of a surrogate pair', '{"source-ref":"s3://images/\\ud800.jpg"}', /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"source-ref":"s3://images/'), Buffer.from([0xe9, 0x2e]), Buffer.from('jpg"}\n')]), /not in the encoding UTF-8/],
  ['UTF-16', Buffer.from(`\ufeff${good}\n`, 'utf16le'), /UTF-16/],
  ['nesting as deep as a line is long', `{"source-ref":"s3://images/b.jpg","x":${'['.repeat(49_000)}${']'.repeat(49_000)}}`, /ERROR_NO_LABEL_ATTRIBUTES/],
  ['nesting that does not end', `{"source-ref":"s3://images/b.jpg","x":${'['.repeat(90_000)}}`, /ERROR_INVALID_JSON_LINE/],
  ['control characters and markup in what is quoted', '{"source-ref":"<script>\\u001b[31m\\u202e\\nalert()</script>"}', /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['a reference of 90,000 characters', JSON.stringify({ 'source-ref': `ftp://${'y'.repeat(90_000)}` }), /ERROR_INVALID_SOURCE_REF_FORMAT/],
  ['a raw half of a surrogate pair', Buffer.concat([Buffer.from('{"source-ref":"s3://images/'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('.jpg"}\n')]), /not in the encoding UTF-8/],
  ['the same label attribute twice, with other classes', good.replace('"kind":0', '"kind":0,"kind":{}'), /ERROR_\w+/],
  ['a class map as __proto__', good.replace('"class-name":"bird"', '"__proto__":{"class-name":"bird"}'), /ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT/],
  ['markup and control characters in a label that is too long', good.replace('"bird"', JSON.stringify(`<img src=x onerror=alert(1)>\u001b[2J\u202e\u2028\u0007${'x'.repeat(300)}`)), /ERROR_INVALID_LABEL_NAME_LENGTH/],
  ['control characters in the name of a label attribute', good.replaceAll('kind', '\\u001b[31m\\u202e').replace(/"[^"]*-metadata"/, '"other-metadata"'), /ERROR_NO_LABEL_ATTRIBUTES/],
  ['a gigantic number', good.replace('"kind":0', `"kind":${'9'.repeat(400)}`), /ERROR_\w+/],
  ['__proto__ without its half', '{"source-ref":"s3://images/b.jpg","__proto__":{"toString":1}}', /ERROR_NO_LABEL_ATTRIBUTES/],
])('%s: one clear line, nothing written', async (_, manifest, reason) => {
  expect(await refused(manifest)).toMatch(reason);
});

test('__proto__ and constructor as label attributes are attributes', async () => {
  const metadata = JSON.parse(good)['kind-metadata'];
  const names = ['__proto__', 'constructor'].map((name) => `"${name}":0,"${name}-metadata":${JSON.stringify(metadata)}`);
  const text = `{"source-ref":"s3://images/a.jpg",${names.join(',')}}`;
  expect(await simulation.resource.deployAndRest(simulation.propertiesOf(text))).toMatchObject({ status: 'SUCCESS' });
  expect([...simulation.cloud.at(TRAIN)!.entries.values()]).toEqual([text]);
  expect(({} as Record<string, unknown>)['class-name']).toBeUndefined();
});

test('keys that look like paths stay keys: below the prefix, and no staged object leaves its folder', async () => {
  const Images = { Bucket: 'images', Prefix: 'birds/' };
  const outcome = await simulation.resource.deployAndRest(simulation.propertiesOf('{"source-ref":"../x.jpg"}\n{"source-ref":"a/../../y.jpg"}\n', { Images }));
  const refs = [...simulation.cloud.at(TRAIN)?.entries.keys() ?? []];
  if (outcome.status === 'SUCCESS') expect(refs).toEqual(['s3://images/birds/../x.jpg', 's3://images/birds/a/../../y.jpg']);
  else expect(reasonOf(outcome)).toMatch(/ERROR_INVALID_SOURCE_REF_FORMAT/);
  expect([...simulation.cloud.objects.keys()].filter((key) => !/^source\/|^staging\/(reports\/)?stack-/.test(key))).toEqual([]);
});

test('labels with markup and control characters are labels: byte for byte, and printable wherever they are told', async () => {
  const label = '<script>alert("\u001b[31m\u202e\u2028\u0000")</script>';
  const text = [line('a', label), line('b', 'bird')].join('\n');
  expect(await simulation.resource.deployAndRest(simulation.propertiesOf(text))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2, TotalLabels: 2 } });
  expect([...simulation.cloud.at(TRAIN)!.entries.values()]).toEqual(text.split('\n'));
  expect(await simulation.resource.deployAndRest(simulation.propertiesOf(text))).toMatchObject({ status: 'SUCCESS' });
  expect(simulation.cloud.writes).toHaveLength(1);
});

test('a reference with control characters and markup that vanishes is told in one printable line', async () => {
  const ref = 's3://images/<b>\u001b[31m\u202e\u0085.jpg';
  await simulation.resource.deployAndRest(simulation.propertiesOf(`${JSON.stringify({ 'source-ref': ref })}\n${good}`, { RemovedEntries: 'FAIL' }));
  expect(simulation.cloud.at(TRAIN)!.entries.has(ref)).toBe(true);
  const { reason } = await simulation.resource.deployAndRest(simulation.propertiesOf(good, { RemovedEntries: 'FAIL' }));
  expect(reason).toMatch(/no longer names 1 of the dataset's entries, first s3:\/\/images\/<b> \[31m .jpg/);
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test.each(['../../etc/passwd', '/../owners/x', 'owners/', 'reports/../x', 'a\u0000b', '%2e%2e/%2e%2e'])(
  'a manifest whose own key is %j is read as that key, and staged in our folder', async (Key) => {
    simulation.cloud.objects.set(`source/${Key}`, Buffer.from(good));
    expect(await simulation.resource.deployAndRest({ ...simulation.propertiesOf(''), Manifest: { Bucket: 'source', Key } })).toMatchObject({ status: 'SUCCESS' });
    expect([...simulation.cloud.objects.keys()].filter((key) => !/^source\/|^staging\/stack-/.test(key))).toEqual([]);
    const { reason } = await simulation.resource.deployAndRest({ ...simulation.propertiesOf(''), Manifest: { Bucket: 'source', Key: `${Key}\u202e\u0007` } });
    expect(reason).toContain('there is no manifest at s3://source/');
    expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

test('more line ends than anybody reads: stopped', async () => {
  const piece = Buffer.alloc(MEGABYTE, '\n');
  let made = 0;
  const properties = streamed(() => { made++; }, 100, () => piece);
  expect(reasonOf(await simulation.resource.deployAndRest(properties))).toMatch(/ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: .* more than 1000000 lines/);
  expect(made).toBe(1);
});

test('control characters in a message of the service do not reach the reason', async () => {
  simulation.cloud.nextEnd = { fail: 'bad\u0000\u001b[31m news\n\u202e<b>' };
  const { reason } = await simulation.resource.request({ RequestType: 'Create', ResourceProperties: simulation.properties('a') });
  expect(reason).toMatch(/^CreateDataset ended in CREATE_FAILED: bad.*news/);
  expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a manifest that changes between the reading and the creation: what was read is what is created', async () => {
  const rehearsal = new Simulation();
  const { log } = await rehearse(rehearsal);
  for (let at = log.indexOf('close'); at <= log.indexOf('create'); at++) {
    simulation = new Simulation();
    const properties = simulation.properties('abc');
    const overwrite = () => { simulation.cloud.objects.set('source/1.manifest', Buffer.from('garbage')); };
    simulation.begin(new Map([[at, { do: 'meanwhile', what: 'manifest overwritten', run: overwrite }]]));
    expect(await simulation.resource.deployAndRest(properties)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    expect(simulation.names()).toBe('abc');
  }
});

async function rehearse(on: Simulation) {
  const script = on.begin();
  await on.resource.deployAndRest(on.properties('abc'));
  return script;
}
