import {
  CreateProjectCommand, DeleteDatasetCommand, DeleteProjectCommand, DescribeProjectsCommand, ListTagsForResourceCommand,
  paginateDescribeProjects,
} from '@aws-sdk/client-rekognition';
import type { DescribeProjectsCommandInput } from '@aws-sdk/client-rekognition';
import { RekognitionSetup } from './setup';

const setup = new RekognitionSetup();

async function describe(input: DescribeProjectsCommandInput = {}) {
  return (await setup.client.send(new DescribeProjectsCommand(input))).ProjectDescriptions!;
}
const names = (projects: { ProjectArn?: string }[]) => projects.map(({ ProjectArn }) => ProjectArn!.split('/')[1]);

test('a project is created, described with its datasets, and deleted', async () => {
  const { ProjectArn: arn } = await setup.client.send(new CreateProjectCommand({ ProjectName: 'birds', Tags: { team: 'zoo' } }));
  expect(arn).toMatch(/^arn:aws:rekognition:us-east-1:000000000000:project\/birds\/\d{13}$/);
  const created = new Date(Number(arn!.split('/').at(-1)));
  expect(await describe()).toEqual([{
    ProjectArn: arn, CreationTimestamp: created, Status: 'CREATING', Datasets: [], Feature: 'CUSTOM_LABELS',
  }]);
  setup.settle();
  expect((await describe())[0].Status).toBe('CREATED');
  expect((await setup.client.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags).toEqual({ team: 'zoo' });

  const dataset = await setup.dataset(arn!);
  expect((await describe({ ProjectNames: ['birds'] }))[0].Datasets).toEqual([{
    CreationTimestamp: new Date(Number(dataset.split('/').at(-1))),
    DatasetType: 'TRAIN',
    DatasetArn: dataset,
    Status: 'CREATE_COMPLETE',
    StatusMessage: 'The dataset was successfully created.',
    StatusMessageCode: 'SUCCESS',
  }]);

  const deletion = () => setup.client.send(new DeleteProjectCommand({ ProjectArn: arn }));
  expect(await setup.refusal(deletion())).toMatchObject({ code: 'ResourceInUseException', status: 400 });
  await setup.client.send(new DeleteDatasetCommand({ DatasetArn: dataset }));
  expect(await setup.refusal(deletion())).toMatchObject({ code: 'ResourceInUseException' });
  setup.settle();
  expect((await deletion()).Status).toBe('DELETING');
  expect((await describe())[0].Status).toBe('DELETING');

  expect(await setup.refusal(deletion())).toMatchObject({ code: 'ResourceInUseException' });
  expect(await setup.refusal(setup.startDataset(arn!))).toMatchObject({ code: 'ResourceNotFoundException' });
  expect(await setup.refusal(setup.project())).toMatchObject({ code: 'ResourceInUseException' });
  setup.settle();
  expect(await describe()).toEqual([]);
  expect(await setup.refusal(deletion())).toMatchObject({ code: 'ResourceNotFoundException' });
  expect(await setup.project()).not.toBe(arn);
});

test('a name can be used once, and other names are independent of it', async () => {
  await setup.project();
  expect(await setup.refusal(setup.project())).toMatchObject({ code: 'ResourceInUseException', status: 400 });
  await setup.project('fish');
  expect(names(await describe({ ProjectNames: ['fish', 'unknown'] }))).toEqual(['fish']);
});

test('deleteProjectCascades takes the datasets along', async () => {
  const project = await setup.project();
  const dataset = await setup.dataset(project);
  setup.emulator.settings.rekognition.deleteProjectCascades = true;
  await setup.client.send(new DeleteProjectCommand({ ProjectArn: project }));
  setup.settle();
  expect(await describe()).toEqual([]);
  expect(await setup.refusal(setup.describe(dataset))).toMatchObject({ code: 'ResourceNotFoundException' });
});

test('projects are listed newest first, in pages', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await setup.project(name);
  const pages: string[][] = [];
  for await (const page of paginateDescribeProjects({ client: setup.client, pageSize: 2 }, {})) {
    pages.push(names(page.ProjectDescriptions!));
  }
  expect(pages).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
});

test('content moderation projects need AutoUpdate, are listed on demand and have no datasets', async () => {
  const create = (input: object) => setup.client.send(new CreateProjectCommand({ ProjectName: 'adapter', ...input }));
  expect(await setup.refusal(create({ Feature: 'CONTENT_MODERATION' }))).toMatchObject({ code: 'InvalidParameterException' });
  expect(await setup.refusal(create({ AutoUpdate: 'ENABLED' }))).toMatchObject({ code: 'InvalidParameterException' });
  const { ProjectArn: arn } = await create({ Feature: 'CONTENT_MODERATION', AutoUpdate: 'ENABLED' });
  await setup.project();
  expect(names(await describe())).toEqual(['birds']);
  expect(names(await describe({ Features: ['CONTENT_MODERATION', 'CUSTOM_LABELS'] }))).toEqual(['birds', 'adapter']);
  expect((await describe({ Features: ['CONTENT_MODERATION'] }))[0]).toMatchObject({ Feature: 'CONTENT_MODERATION', AutoUpdate: 'ENABLED' });
  expect(await setup.refusal(setup.startDataset(arn!))).toMatchObject({ code: 'InvalidParameterException' });
});
