import * as fc from 'fast-check';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS, UNSTAGING } from './human-actions';
import type { ByHand } from './human-actions';

/** Images by name, with their label; the empty one is none. */
export type Images = Readonly<Record<string, string>>;

export interface Deploy {
  readonly do: 'deploy';
  readonly who: number;
  readonly images: Images;
  /** Number in SLOTS. */
  readonly slot: number;
  readonly removedEntries: 'RECREATE' | 'UNLABEL' | 'KEEP' | 'FAIL';
  readonly externalChanges: 'OVERWRITE' | 'FAIL';
  readonly initialLoad: 'MANIFEST' | 'CHUNKS';
  readonly adoptExisting: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly forgetsFailedIds: boolean;
  readonly faults: readonly ScriptedFault[];
}

/** A fault at the call of that number. `meanwhile` names what happens then. */
export interface ScriptedFault {
  readonly at: number;
  readonly fault: Exclude<Fault, { do: 'meanwhile' }> | { readonly do: 'meanwhile'; readonly what: Meanwhile };
}

/** What CloudFormation and the framework do while an operation runs. */
const UNASKED = ['cancel', 'deliver again', 'poll again', 'code replaced'] as const;
export type Meanwhile = typeof UNASKED[number] | ByHand;
const MEANWHILE: readonly Meanwhile[] = [
  ...UNASKED, 'dataset deleted', 'owner tags removed', 'other owner tags', ...UNSTAGING,
];

const BY_HAND = Object.keys(BY_HAND_ACTIONS) as ByHand[];

export type Step = Deploy
  | { readonly do: 'destroy'; readonly who: number; readonly faults: readonly ScriptedFault[] }
  | { readonly do: 'by hand'; readonly what: ByHand; readonly slot: number };

export const PROJECTS = ['one', 'two'].map((name, i) => `arn:aws:rekognition:us-east-1:111122223333:project/${name}/170000000000${i}`);
export const SLOTS = [
  { ProjectArn: PROJECTS[0], DatasetType: 'TRAIN' },
  { ProjectArn: PROJECTS[0], DatasetType: 'TEST' },
  { ProjectArn: PROJECTS[1], DatasetType: 'TRAIN' },
] as const;
export const slotName = (slot: number) => `${SLOTS[slot].ProjectArn}/dataset/${SLOTS[slot].DatasetType.toLowerCase()}`;

const label = fc.constantFrom('bird', 'owl', '');
const images = fc.dictionary(fc.constantFrom(...'abcdefgh'), label, { maxKeys: 8, noNullPrototype: true });

const fault: fc.Arbitrary<ScriptedFault['fault']> = fc.oneof(
  fc.record({ do: fc.constant('kill' as const), after: fc.boolean(), crash: fc.boolean() }),
  fc.record({ do: fc.constantFrom('lose' as const, 'silence' as const), after: fc.boolean() }),
  fc.record({ do: fc.constantFrom('busy' as const, 'refuse' as const, 'fail' as const, 'stale' as const, 'cut' as const, 'stick' as const) }),
  fc.record({ do: fc.constantFrom('fail half' as const, 'drop' as const, 'flaw' as const, 'touch' as const, 'clock back' as const, 'slow pages' as const) }),
  fc.record({ do: fc.constant('lag' as const), seconds: fc.constantFrom(20, 100, 400) }),
  fc.record({ do: fc.constant('throttle' as const), seconds: fc.constantFrom(30, 300, 4000) }),
  fc.record({ do: fc.constant('meanwhile' as const), what: fc.constantFrom(...MEANWHILE) }),
);
const faults = fc.array(fc.record({ at: fc.nat({ max: 60 }), fault }), { maxLength: 3 });
const who = fc.constantFrom(0, 0, 0, 1);

const deploy: fc.Arbitrary<Deploy> = fc.record({
  do: fc.constant('deploy' as const),
  who,
  images,
  slot: fc.constantFrom(0, 0, 0, 1, 2),
  removedEntries: fc.constantFrom('RECREATE', 'RECREATE', 'UNLABEL', 'KEEP', 'FAIL'),
  externalChanges: fc.constantFrom('OVERWRITE', 'OVERWRITE', 'FAIL'),
  initialLoad: fc.constantFrom('MANIFEST', 'CHUNKS'),
  adoptExisting: fc.constantFrom(false, false, true),
  tags: fc.dictionary(fc.constantFrom('team', 'kind'), fc.constantFrom('1', '2'), { maxKeys: 2, noNullPrototype: true }),
  forgetsFailedIds: fc.boolean(),
  faults,
});

const byHand = fc.record({ do: fc.constant('by hand' as const), what: fc.constantFrom(...BY_HAND), slot: fc.constantFrom(0, 0, 1) });

export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { arbitrary: deploy, weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('destroy' as const), who, faults }), weight: 1 },
  { arbitrary: byHand, weight: 2 },
), { minLength: 1, maxLength: 6 });
