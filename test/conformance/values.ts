import { matchesWholly } from './model';
import type { Model, ModelShape } from './model';

/** A value for a shape, good or bad; undefined stands for a member that is not there. */
export interface Variant {
  readonly name: string;
  readonly value: unknown;
}

/** Good values of the shapes of which one cannot be guessed, by the shape's name. */
export type Examples = Readonly<Record<string, unknown>>;

/** A value of every JSON type. */
const JSON_TYPES: readonly [string, unknown][] = [
  ['a text', 'text'], ['a number', 7], ['a fraction', 1.5], ['true', true], ['a list', []], ['a list of texts', ['text']], ['an object', {}],
];
const JUNK = ['\n', ' ', '\t', '#', 'é', '\0', '/', ':', '-', '"', '\u{1F600}'];
/** Node.js takes no longer heads than 16 KiB. */
const MOST_URL_BYTES = 15_000;
const BAD_BASE64 = ['a', 'YQ', 'YQ=', 'YR==', 'YWJ=', 'YQ==\n', ' YQ==', 'Y Q==', '_-8=', 'YQ==YQ==', '=', '%'];

/** Writes values of the shapes of a model. */
export class Values {
  constructor(private readonly model: Model, private readonly examples: Examples) {}

  /** A good value: of a structure its required members. */
  sample(name: string): unknown {
    const shape = this.model.shapes[name];
    if (name in this.examples) return this.examples[name];
    switch (shape.type) {
      case 'string': return shape.enum?.[0] ?? 'a'.repeat(Math.max(1, shape.min ?? 1));
      case 'integer': return Math.max(1, shape.min ?? 1);
      case 'boolean': return true;
      case 'blob': return Buffer.from('{}').toString('base64');
      case 'list': return this.items(shape, shape.min ?? 0);
      case 'map': return {};
      case 'structure': return Object.fromEntries((shape.required ?? []).map((member) => [member, this.sample(shape.members![member].shape)]));
      default: throw new Error(`there is no example of ${name}`);
    }
  }

  /** Values on both sides of all that the model says of a member in a JSON body. */
  variants(name: string): Variant[] {
    return [
      { name: 'absent', value: undefined },
      { name: 'null', value: null },
      ...JSON_TYPES.map(([type, value]) => ({ name: type, value })),
      ...this.ofType(name),
    ];
  }

  /** The same for a member that travels as text in path, query or header. */
  texts(name: string, location: 'uri' | 'querystring' | 'header'): Variant[] {
    const { type, min = 1, max = 100, member } = this.model.shapes[name];
    const absent = location === 'uri' ? [] : [{ name: 'absent', value: undefined }];
    switch (type) {
      case 'string': {
        const travels = (text: string) => location === 'header' ? /^([!-~]([ -~]*[!-~])?)?$/.test(text) : encodeURIComponent(text).length < MOST_URL_BYTES;
        return [...absent, ...this.strings(name).filter(({ value }) => travels(value as string))];
      }
      case 'integer':
        return [...absent, ...named([
          ...[min - 1, min, max, max + 1, -1, 2 ** 31 - 1, 2 ** 31].map(String), 'many', '1.5', '', ' 5', '5 ', '+5', '1e1', '0x10', '٣', 'null', 'true', '[5]',
        ])];
      case 'boolean':
        return [...absent, ...named(['true', 'false', 'True', 'TRUE', 'yes', '1', '0', '', 'null', ' true'])];
      case 'timestamp':
        return [...absent, ...named([
          '2020-06-23T00:00:00Z', '2020-06-23T00:00:00.456Z', '2020-06-23T00:00:00.456000Z', '2020-06-23T00:00:00+02:00', '2020-06-23', 'yesterday', '',
          '2020-06-23T00:00:00', '2020-13-23T00:00:00Z', '2020-06-23 00:00:00Z', '1592870400', 'Tue, 23 Jun 2020 00:00:00 GMT',
        ])];
      case 'list': {
        const items = this.strings(member!.shape).map(({ name: of, value }) => ({ name: `an item that is ${of}`, value: [value] }));
        return [...absent, ...this.sizes(name), ...items];
      }
      default:
        throw new Error(`no ${type} travels in the ${location} so far`);
    }
  }

  private ofType(name: string): Variant[] {
    const shape = this.model.shapes[name];
    switch (shape.type) {
      case 'string': return this.strings(name);
      case 'integer': {
        const { min = 0, max = 0 } = shape;
        return named([min - 1, min, max, max + 1, 0, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 1e20]);
      }
      case 'boolean': return named([true, false]);
      case 'blob': {
        const { min = 0, max = 0 } = shape;
        const bytes = [0, min, max, max + 1].map((count) => ({ name: `${count} bytes`, value: Buffer.alloc(count, ' ').toString('base64') }));
        return [...bytes, ...BAD_BASE64.map((text) => ({ name: `base64 ${JSON.stringify(text)}`, value: text }))];
      }
      case 'list': {
        const padded = (item: unknown) => [item, ...this.items(shape, (shape.min ?? 1) - 1)];
        const items = this.variants(shape.member!.shape).filter(({ value }) => value !== undefined);
        return [...this.sizes(name), ...items.map(({ name: of, value }) => ({ name: `an item that is ${of}`, value: padded(value) }))];
      }
      case 'map': {
        const keys = this.strings(shape.key!.shape).map(({ name: of, value }) => ({ name: `a key that is ${of}`, value: { [value as string]: '' } }));
        const values = this.variants(shape.value!.shape).filter(({ value }) => value !== undefined);
        return [...this.sizes(name), ...keys, ...values.map(({ name: of, value }) => ({ name: `a value that is ${of}`, value: { key: value } }))];
      }
      case 'structure': {
        const least = this.sample(name) as object;
        const inside = Object.entries(shape.members!).flatMap(([member, { shape: inner }]) =>
          this.variants(inner).map(({ name: of, value }) => ({ name: `${member} ${of}`, value: { ...least, [member]: value } })));
        return [{ name: 'an unknown member', value: { ...least, Unknown: { a: 1 } } }, ...inside];
      }
      default: return [];
    }
  }

  private strings(name: string): Variant[] {
    const { min, max, pattern, enum: words = [] } = this.model.shapes[name];
    const example = this.sample(name) as string;
    const limits = [...(min === undefined ? [] : [min - 1, min]), ...(max === undefined ? [] : [max, max + 1])];
    const lengths = [...new Set([0, 1, ...limits])].filter((length) => length >= 0);
    const middle = Math.ceil(example.length / 2);
    const pairs = max === undefined ? [] : [
      { name: `${max} characters of two halves`, value: '\u{1F600}'.repeat(max) }, { name: `${max + 1} of them`, value: '\u{1F600}'.repeat(max + 1) },
    ];
    return [
      ...lengths.map((length) => ({ name: `${length} characters`, value: ofLength(example, length, pattern) })),
      ...pairs,
      ...named([example, ...words, ...words.map((word) => word.toLowerCase()), example.toUpperCase(), `${example},${example}`, `aws:${example}`, `${example}|`]),
      ...JUNK.flatMap((sign) => named([sign, `${sign}${example}`, `${example}${sign}`, `${example.slice(0, middle)}${sign}${example.slice(middle)}`])),
    ];
  }

  /** Lists and maps on both sides of their limits. */
  private sizes(name: string): Variant[] {
    const shape = this.model.shapes[name];
    const { min = 0, max = 0 } = shape;
    return [...new Set([0, 1, min - 1, min, max, max + 1])].filter((size) => size >= 0).map((size) => ({
      name: `${size} items`,
      value: shape.type === 'list' ? this.items(shape, size) : Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, ''])),
    }));
  }

  private items({ member }: ModelShape, count: number): unknown[] {
    return Array.from({ length: Math.max(0, count) }, () => this.sample(member!.shape));
  }
}

function named(values: readonly unknown[]): Variant[] {
  return [...new Set(values)].map((value) => ({ name: JSON.stringify(value), value }));
}

/** A text of this length, by the pattern where that is possible. */
function ofLength(example: string, length: number, pattern = '[^]*'): string {
  const more = length - example.length;
  const candidates = Array.from({ length: example.length }, (_, i) => more < 0
    ? example.slice(0, i) + example.slice(i - more)
    : example.slice(0, i) + example[i].repeat(more) + example.slice(i));
  return candidates.find((text) => text.length === length && matchesWholly(pattern, text)) ?? 'a'.repeat(length);
}
