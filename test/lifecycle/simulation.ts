import { RESOURCE_TAG, STACK_TAG } from '../../lambda/core/owner-tags';
import type { Properties } from '../rigs/cloudformation';
import { ChaoticResource } from './chaotic-resource';
import { Cloud } from './cloud';
import type { StoredDataset } from './cloud';
import { Script } from './faults';
import type { Fault } from './faults';
import { line } from './human-actions';
import { InMemoryFunctions, STAGING } from './in-memory-functions';
import { VirtualClock } from './virtual-clock';

export const PROJECT = 'arn:aws:rekognition:us-east-1:111122223333:project/one/1700000000000';
export const TRAIN = `${PROJECT}/dataset/train`;
export const TEST = `${PROJECT}/dataset/test`;

/** A stage without faults, whose waits have one length and whose logs nobody sees. */
export function quietSimulation(): Simulation {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const simulation = new Simulation();
  simulation.begin();
  return simulation;
}

/** What the handler has printed in a quiet simulation, line by line. */
export const logged = (): string[] => jest.mocked(console.log).mock.calls.map(([text]) => text);

/** One resource of one stack in an empty account, and what a test says to it. */
export class Simulation {
  readonly cloud = new Cloud(new VirtualClock(), [PROJECT]);
  readonly functions = new InMemoryFunctions(this.cloud);
  readonly resource = this.another('stack');
  private manifests = 0;

  another(stack: string): ChaoticResource {
    return new ChaoticResource(
      this.functions, `arn:aws:cloudformation:us-east-1:111122223333:stack/${stack}/00000000-0000-4000-8000-000000000000`, 'Birds');
  }

  /** Properties for a manifest of these images, one letter each. */
  properties(names: string, overrides: Properties = {}, label = 'bird'): Properties {
    return this.propertiesOf([...names].map((name) => `${line(name, label)}\n`).join(''), overrides);
  }

  propertiesOf(manifest: string | Buffer, overrides: Properties = {}): Properties {
    const Key = `${++this.manifests}.manifest`;
    this.cloud.objects.set(`source/${Key}`, Buffer.from(manifest));
    return {
      ProjectArn: PROJECT, DatasetType: 'TRAIN', ...(manifest.length > 0 && { Manifest: { Bucket: 'source', Key } }),
      RemovedEntries: 'RECREATE', InitialLoad: 'MANIFEST', AdoptExisting: 'false', MaxErrorEntries: '0', ...overrides,
    };
  }

  /** Faults of what comes next. */
  begin(faults: ReadonlyMap<number, Fault> = new Map()): Script {
    this.cloud.calm();
    const script = new Script(faults);
    this.functions.begin(script);
    return script;
  }

  /** Keys of what the stack has in the staging bucket. */
  staged(): string[] {
    return [...this.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`));
  }

  /** Stack and logical id in the tags of a slot's dataset. */
  ownerTags(slot = TRAIN): (string | undefined)[] {
    return [STACK_TAG, RESOURCE_TAG].map((key) => this.cloud.at(slot)!.tags[key]);
  }

  /** The images in a slot, one letter each. */
  names(slot = TRAIN): string | undefined {
    const dataset: StoredDataset | undefined = this.cloud.at(slot);
    return dataset && [...dataset.entries.keys()].map((ref) => ref.slice('s3://images/'.length, -'.jpg'.length)).sort().join('');
  }
}
