import { CreateProjectCommand as CreateLookoutProjectCommand } from '@aws-sdk/client-lookoutvision';
import { CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { startBench } from '../rigs/bench';
import type { Bench } from '../rigs/bench';
import { CustomResource } from '../rigs/cloudformation';

const RESOURCE_TYPES = { rekognition: 'Custom::RekognitionDataset', lookoutvision: 'Custom::LookoutVisionDataset' };
export type ServiceName = keyof typeof RESOURCE_TYPES;

/** The built handler, with a new project and a resource of another stack for each test. */
export class HandlerSetup {
  bench!: Bench;
  projectArn!: string;
  resource!: CustomResource;
  /** Number of the project and the stack. */
  count = 0;

  constructor(private readonly service: ServiceName, logicalId: string) {
    beforeAll(async () => { this.bench = await startBench(); });
    beforeEach(async () => {
      this.bench.emulator.clearFaults();
      this.projectArn = await this.newProject();
      this.resource = this.newResource(logicalId);
      this.bench.emulator.clearRequests();
    });
    afterAll(async () => { await this.bench?.close(); });
  }

  /** Also begins another stack. Returns the ARN. */
  async newProject(service = this.service): Promise<string> {
    const { bench } = this;
    const ProjectName = `project-${++this.count}`;
    if (service === 'rekognition') return (await bench.rekognition.send(new CreateProjectCommand({ ProjectName }))).ProjectArn!;
    return (await bench.lookoutvision.send(new CreateLookoutProjectCommand({ ProjectName }))).ProjectMetadata!.ProjectArn!;
  }

  newResource(logicalId: string, service = this.service): CustomResource {
    const stack = `arn:aws:cloudformation:us-east-1:000000000000:stack/stack-${this.count}/00000000-0000-4000-8000-${String(this.count).padStart(12, '0')}`;
    return new CustomResource(this.bench.handler, stack, logicalId, RESOURCE_TYPES[service]);
  }

  /** Keys of what the resources of the stack have in the staging bucket. */
  async staged(): Promise<string[]> {
    return (await this.bench.objects('staging')).filter((key) => key.startsWith(`stack-${this.count}-`));
  }
}
