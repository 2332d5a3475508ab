/**
 * What a next version of the library may be: its records and what its constructs send have another version and other members, but for
 * those that every version has. It reads what this version sends, and no record of it.
 */

type Json = Record<string, any>;

/** Members that keep their names: those of owners/*.json, and in applied.json the way back of a dataset that was adopted. */
const KEPT = ['arn', 'tags', 'adoptionPending'];

/** In the place of lambda/staging/record. */
export function nextRecord<T extends Json>(actual: T) {
  const renamed = (record: Json, name: (member: string) => string) => Object.fromEntries(
    Object.entries(record).map(([member, value]) => [KEPT.includes(member) ? member : name(member), value]));
  return {
    ...actual,
    toRecord: (record: Json) => JSON.stringify({ 'version': 2, ...renamed(record, (member) => `next-${member}`), 'next-added': [1] }),
    parseRecord: (body: Buffer) => {
      const { version, 'next-added': _, ...record } = actual.parseObject(body) ?? {};
      return version === 2 ? renamed(record, (member) => member.slice('next-'.length)) : undefined;
    },
  };
}

const isNext = ({ WireVersion }: Json) => WireVersion === '2';

/** In the place of lambda/core/wire-version. */
export function nextWireVersion<T extends Json>(actual: T) {
  return {
    ...actual,
    isKnownVersion: (raw: Json) => isNext(raw) || actual.isKnownVersion(raw),
    assertKnownVersion: (raw: Json) => { if (!isNext(raw)) actual.assertKnownVersion(raw); },
  };
}

/** In the place of lambda/dataset/desired-state. */
export function nextProperties<T extends Json>(actual: T) {
  return {
    ...actual,
    parseProperties: (raw: Json) => {
      return isNext(raw) ? { ...actual.parseProperties(ofThisVersion(raw)), properties: actual.nameOf(raw) } : actual.parseProperties(raw);
    },
  };
}

/** Properties as the next version sends them: a value and members that this one does not know, and without some that it needs. */
export function ofNextVersion({ RemovedEntries, MaxErrorEntries, AdoptExisting, ...others }: Json): Json {
  return {
    ...others, WireVersion: '2', InitialLoad: 'STREAM', Existing: { Adopt: AdoptExisting }, Removal: RemovedEntries,
    Limits: { ErrorEntries: MaxErrorEntries },
  };
}

function ofThisVersion({ Existing, Removal, Limits, ...others }: Json): Json {
  return {
    ...others, WireVersion: '1', InitialLoad: 'CHUNKS', AdoptExisting: Existing.Adopt, RemovedEntries: Removal, MaxErrorEntries: Limits.ErrorEntries,
  };
}
