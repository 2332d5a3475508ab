import { CreateDatasetCommand, CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { datasetReport } from '../../local/cloud/report';
import { labeled, LookoutSetup, unlabeled } from '../emulator/lookoutvision/setup';
import { rekognitionClient } from '../rigs/clients';

const setup = new LookoutSetup();

test('says nothing where nothing is', async () => {
  expect(await datasetReport(setup.emulator.url)).toEqual([]);
});

test('shows the datasets of both services, train before test, with their counts', async () => {
  const client = rekognitionClient(setup.emulator);
  const { ProjectArn } = await client.send(new CreateProjectCommand({ ProjectName: 'birds' }));
  await client.send(new CreateDatasetCommand({ ProjectArn, DatasetType: 'TRAIN' }));
  client.destroy();
  setup.now += 10_000;
  await setup.project('line-1');
  await setup.dataset('line-1', [labeled('1.png', 'anomaly')], 'test');
  await setup.dataset('line-1', [labeled('1.png'), labeled('2.png'), labeled('3.png', 'anomaly'), unlabeled('4.png')]);
  await setup.project('line-2');

  expect(await datasetReport(setup.emulator.url)).toEqual([
    'Project birds',
    '  TRAIN CREATE_COMPLETE: 0 images, 0 labeled, 0 with errors',
    '        0 labels, by number of images: ',
    'Project line-1 of Lookout for Vision',
    '  train CREATE_COMPLETE: 4 images, 3 labeled, 2 normal, 1 anomalous',
    '  test  CREATE_COMPLETE: 1 images, 1 labeled, 0 normal, 1 anomalous',
    'Project line-2 of Lookout for Vision',
  ]);
});
