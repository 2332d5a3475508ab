import {
  DescribeDatasetCommand as DescribeLookoutDatasetCommand, DescribeProjectCommand, LookoutVisionClient, paginateListProjects,
} from '@aws-sdk/client-lookoutvision';
import { RekognitionClient, DescribeDatasetCommand, paginateDescribeProjects, paginateListDatasetLabels } from '@aws-sdk/client-rekognition';
import type { DatasetMetadata } from '@aws-sdk/client-rekognition';
import { ACCOUNT, REGION } from './environment';

/** What stands in the vision services, project by project: the statistics and labels of every dataset, as lines of text. */
export async function datasetReport(endpoint: string): Promise<string[]> {
  // The services allow few calls a second: one that is refused is made again.
  const settings = { maxAttempts: 10, endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' } };
  const [rekognition, lookoutVision] = [new RekognitionClient(settings), new LookoutVisionClient(settings)];
  try {
    return [...await rekognitionReport(rekognition), ...await lookoutReport(lookoutVision)];
  } finally {
    rekognition.destroy();
    lookoutVision.destroy();
  }
}

interface Typed { readonly DatasetType?: string }
const trainFirst = (one: Typed, other: Typed): number => other.DatasetType!.localeCompare(one.DatasetType!);

async function rekognitionReport(client: RekognitionClient): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of paginateDescribeProjects({ client }, {})) {
    for (const project of page.ProjectDescriptions ?? []) {
      lines.push(`Project ${project.ProjectArn!.split('/')[1]}`);
      for (const dataset of (project.Datasets ?? []).toSorted(trainFirst)) lines.push(...await describeDataset(client, dataset));
    }
  }
  return lines;
}

async function describeDataset(client: RekognitionClient, { DatasetArn, DatasetType }: DatasetMetadata): Promise<string[]> {
  const { DatasetDescription } = await client.send(new DescribeDatasetCommand({ DatasetArn }));
  const { Status, DatasetStats: stats } = DatasetDescription!;
  const labels: string[] = [];
  for await (const page of paginateListDatasetLabels({ client }, { DatasetArn })) {
    for (const { LabelName, LabelStats } of page.DatasetLabelDescriptions ?? []) labels.push(`${LabelName} ${LabelStats!.EntryCount}`);
  }
  return [
    `  ${DatasetType!.padEnd(5)} ${Status}: ${stats!.TotalEntries} images, ${stats!.LabeledEntries} labeled, ${stats!.ErrorEntries} with errors`,
    `        ${stats!.TotalLabels} labels, by number of images: ${labels.sort().join(', ')}`,
  ];
}

async function lookoutReport(client: LookoutVisionClient): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of paginateListProjects({ client }, {})) {
    for (const { ProjectName } of page.Projects ?? []) {
      lines.push(`Project ${ProjectName} of Lookout for Vision`);
      const { ProjectDescription } = await client.send(new DescribeProjectCommand({ ProjectName }));
      for (const { DatasetType } of (ProjectDescription!.Datasets ?? []).toSorted(trainFirst)) {
        const { DatasetDescription } = await client.send(new DescribeLookoutDatasetCommand({ ProjectName, DatasetType }));
        const { Status, ImageStats: stats } = DatasetDescription!;
        lines.push(`  ${DatasetType!.padEnd(5)} ${Status}: ${stats!.Total} images, ${stats!.Labeled} labeled, ${stats!.Normal} normal, ${stats!.Anomaly} anomalous`);
      }
    }
  }
  return lines;
}
