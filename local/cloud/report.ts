import { RekognitionClient, DescribeDatasetCommand, paginateDescribeProjects, paginateListDatasetLabels } from '@aws-sdk/client-rekognition';
import type { DatasetMetadata } from '@aws-sdk/client-rekognition';
import { ACCOUNT, REGION } from './environment';

/** What stands in the vision service, project by project: the statistics and labels of every dataset, as lines of text. */
export async function datasetReport(rekognitionEndpoint: string): Promise<string[]> {
  const client = new RekognitionClient({
    endpoint: rekognitionEndpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' },
  });
  try {
    const lines: string[] = [];
    for await (const page of paginateDescribeProjects({ client }, {})) {
      for (const project of page.ProjectDescriptions ?? []) {
        lines.push(`Project ${project.ProjectArn!.split('/')[1]}`);
        for (const dataset of (project.Datasets ?? []).toSorted(trainFirst)) lines.push(...await describeDataset(client, dataset));
      }
    }
    return lines;
  } finally {
    client.destroy();
  }
}

const trainFirst = (one: DatasetMetadata, other: DatasetMetadata): number => other.DatasetType!.localeCompare(one.DatasetType!);

async function describeDataset(client: RekognitionClient, { DatasetArn, DatasetType }: DatasetMetadata): Promise<string[]> {
  const { DatasetDescription } = await client.send(new DescribeDatasetCommand({ DatasetArn }));
  const { Status, DatasetStats: stats } = DatasetDescription!;
  const labels: string[] = [];
  for await (const page of paginateListDatasetLabels({ client }, { DatasetArn })) {
    for (const { LabelName, LabelStats } of page.DatasetLabelDescriptions ?? []) labels.push(`${LabelName} ${LabelStats!.EntryCount}`);
  }
  return [
    `  ${DatasetType!.padEnd(5)} ${Status}: ${stats!.TotalEntries} images, ${stats!.LabeledEntries} labelled, ${stats!.ErrorEntries} with errors`,
    `        ${stats!.TotalLabels} labels, by number of images: ${labels.sort().join(', ')}`,
  ];
}
