import * as lookoutvision from '@aws-sdk/client-lookoutvision';
import * as rekognition from '@aws-sdk/client-rekognition';
import * as s3 from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';
import { ACCOUNT, REGION } from '../../local/cloud/environment';
import { UNLIMITED } from '../../local/emulator';
import { jsonLines, labelLine } from '../inputs/lines';
import { assumeRole, decisionsOf, visionEndpoint } from '../rigs/authorizer/authorized-cloud';
import type { Decision } from '../rigs/authorizer/authorized-cloud';
import type { Observer } from './observer';

/**
 * What somebody with the credentials of the handler could do in the account: what it is granted for the stack of
 * least-privilege-app.ts, and nothing beside.
 *
 * @param role name of the handler's role
 * @param strangers ARN of a dataset that has nothing to do with the stack
 * @param session name of the session that makes the attempts
 */
export function outsideTests(
  cloud: () => Cloud, observer: () => Observer, role: () => string, strangers: () => string, session: string,
): void {
  const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  const object = (place: string): string => `arn:aws:s3:::${place}`;
  let objects: s3.S3Client;
  let datasets: rekognition.RekognitionClient;
  let lookout: lookoutvision.LookoutVisionClient;
  let own: string;
  let staging: string;

  beforeAll(async () => {
    const credentials = await assumeRole(cloud(), `arn:aws:iam::${ACCOUNT}:role/${role()}`, session);
    const vision = { endpoint: visionEndpoint(cloud()), region: REGION, credentials, maxAttempts: 1 };
    objects = new s3.S3Client({ endpoint: cloud().endpoint, region: REGION, credentials, forcePathStyle: true, maxAttempts: 1 });
    datasets = new rekognition.RekognitionClient(vision);
    lookout = new lookoutvision.LookoutVisionClient(vision);
    // Each attempt is made once, and shall be answered for what it asks.
    const { settings } = cloud().emulator;
    Object.assign(settings.rekognition, UNLIMITED.rekognition);
    Object.assign(settings.lookoutvision, UNLIMITED.lookoutvision);
    own = (await observer().dataset('birds', 'TRAIN'))!.arn;
    staging = (await observer().buckets()).find((name) => name.includes('staging'))!;
  });

  afterAll(() => [objects, datasets, lookout].forEach((client) => client?.destroy()));

  const attempts = (): Decision[] => decisionsOf(cloud()).decisions.filter(({ principal }) => principal.endsWith(`/${session}`));
  const ownProject = (): string => decisionsOf(cloud()).decisions
    .find(({ action, resource }) => action === 'rekognition:CreateDataset' && resource.includes('/birds/'))!.resource;
  const strangersProject = (): string => strangers().replace(/\/dataset\/.*/, '/1');
  const create = (DatasetSource?: rekognition.DatasetSource, ProjectArn = ownProject()) =>
    datasets.send(new rekognition.CreateDatasetCommand({ ProjectArn, DatasetType: 'TRAIN', DatasetSource }));

  test('what it is granted is allowed', async () => {
    await datasets.send(new rekognition.DescribeDatasetCommand({ DatasetArn: own }));
    await lookout.send(new lookoutvision.DescribeDatasetCommand({ ProjectName: 'inspection', DatasetType: 'train' }));
    expect((await objects.send(new s3.ListObjectsV2Command({ Bucket: 'photos', Prefix: 'sorted/' }))).KeyCount).toBeGreaterThan(0);
    const [Key] = (await observer().keys(ASSETS)).filter((key) => key.endsWith('.manifestgz'));
    await objects.send(new s3.GetObjectCommand({ Bucket: ASSETS, Key }));
    expect(attempts().map(({ allowed }) => allowed)).toEqual([true, true, true, true]);
  });

  type Attempt = [what: string, action: string, resource: () => string, call: () => Promise<unknown>];

  const rekognitionAttempts: Attempt[] = [
    ["describe another project's dataset", 'DescribeDataset', strangers,
      () => datasets.send(new rekognition.DescribeDatasetCommand({ DatasetArn: strangers() }))],
    ["list another project's dataset", 'ListDatasetEntries', strangers,
      () => datasets.send(new rekognition.ListDatasetEntriesCommand({ DatasetArn: strangers() }))],
    ["change another project's dataset", 'UpdateDatasetEntries', strangers,
      () => datasets.send(new rekognition.UpdateDatasetEntriesCommand({
        DatasetArn: strangers(), Changes: { GroundTruth: Buffer.from(jsonLines(labelLine('s3://images-elsewhere/a.png'))) },
      }))],
    ["delete another project's dataset", 'DeleteDataset', strangers,
      () => datasets.send(new rekognition.DeleteDatasetCommand({ DatasetArn: strangers() }))],
    ["tag another project's dataset", 'TagResource', strangers,
      () => datasets.send(new rekognition.TagResourceCommand({ ResourceArn: strangers(), Tags: { a: 'b' } }))],
    ['make a dataset in another project', 'CreateDataset', strangersProject, () => create(undefined, strangersProject())],
    ['make a dataset of another one', 'ListDatasetEntries', strangers, () => create({ DatasetArn: strangers() })],
    ['list the labels of its dataset', 'ListDatasetLabels', () => own,
      () => datasets.send(new rekognition.ListDatasetLabelsCommand({ DatasetArn: own }))],
    ['delete its project', 'DeleteProject', ownProject,
      () => datasets.send(new rekognition.DeleteProjectCommand({ ProjectArn: ownProject() }))],
    ['make a project', 'CreateProject', () => '*', () => datasets.send(new rekognition.CreateProjectCommand({ ProjectName: 'more' }))],
  ];
  const lookoutAttempts: Attempt[] = [
    ['delete its project of Lookout for Vision', 'DeleteProject', () => arn('lookoutvision', 'project/inspection'),
      () => lookout.send(new lookoutvision.DeleteProjectCommand({ ProjectName: 'inspection' }))],
    ['describe another project of Lookout for Vision', 'DescribeProject', () => arn('lookoutvision', 'project/other'),
      () => lookout.send(new lookoutvision.DescribeProjectCommand({ ProjectName: 'other' }))],
  ];
  const s3Attempts: Attempt[] = [
    ['make a dataset of a manifest that it may not read', 'GetBucketLocation', () => object('manifests'),
      () => create({ GroundTruthManifest: { S3Object: { Bucket: 'manifests', Name: 'secret.manifest' } } })],
    ['read another manifest', 'GetObject', () => object('manifests/secret.manifest'),
      () => objects.send(new s3.GetObjectCommand({ Bucket: 'manifests', Key: 'secret.manifest' }))],
    ['read a manifest without a version, of which it may read versions', 'GetObject', () => object('manifests/version.manifest'),
      () => objects.send(new s3.GetObjectCommand({ Bucket: 'manifests', Key: 'version.manifest' }))],
    ['write a manifest', 'PutObject', () => object('manifests/version.manifest'),
      () => objects.send(new s3.PutObjectCommand({ Bucket: 'manifests', Key: 'version.manifest', Body: 'other' }))],
    ['delete a manifest', 'DeleteObject', () => object('manifests/version.manifest'),
      () => objects.send(new s3.DeleteObjectsCommand({ Bucket: 'manifests', Delete: { Objects: [{ Key: 'version.manifest' }] } }))],
    ['list the manifests', 'ListBucket', () => object('manifests'),
      () => objects.send(new s3.ListObjectsV2Command({ Bucket: 'manifests' }))],
    ['list other photos', 'ListBucket', () => object('photos'),
      () => objects.send(new s3.ListObjectsV2Command({ Bucket: 'photos', Prefix: 'private/' }))],
    ['list all photos', 'ListBucket', () => object('photos'), () => objects.send(new s3.ListObjectsV2Command({ Bucket: 'photos' }))],
    ['read a photo', 'GetObject', () => object('photos/sorted/crow/a.png'),
      () => objects.send(new s3.GetObjectCommand({ Bucket: 'photos', Key: 'sorted/crow/a.png' }))],
    ['read an asset that is no manifest', 'GetObject', () => object(`${ASSETS}/template.json`),
      () => objects.send(new s3.GetObjectCommand({ Bucket: ASSETS, Key: 'template.json' }))],
    ['delete the staging bucket', 'DeleteBucket', () => object(staging),
      () => objects.send(new s3.DeleteBucketCommand({ Bucket: staging }))],
    ['make a bucket', 'CreateBucket', () => object('another'), () => objects.send(new s3.CreateBucketCommand({ Bucket: 'another' }))],
  ];
  const all = Object.entries({ rekognition: rekognitionAttempts, lookoutvision: lookoutAttempts, s3: s3Attempts })
    .flatMap(([service, group]) => group.map(([what, action, ...more]): Attempt => [what, `${service}:${action}`, ...more]));

  test.each(all)('denied: %s (%s)', async (_what, action, resource, call) => {
    await expect(call()).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied(Exception)?$/) });
    expect(attempts().at(-1)).toMatchObject({ action, resource: resource(), allowed: false, statements: [] });
  });

  test('denied: a signature with another secret', async () => {
    const credentials = { ...await datasets.config.credentials(), secretAccessKey: 'forged' };
    const forger = new rekognition.RekognitionClient({ endpoint: visionEndpoint(cloud()), region: REGION, credentials, maxAttempts: 1 });
    await expect(forger.send(new rekognition.DescribeDatasetCommand({ DatasetArn: own }))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    forger.destroy();
  });
}
