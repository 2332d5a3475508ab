import {
  ListDatasetEntriesCommand, ListDatasetLabelsCommand, paginateListDatasetEntries, paginateListDatasetLabels,
} from '@aws-sdk/client-rekognition';
import type { ListDatasetEntriesCommandInput } from '@aws-sdk/client-rekognition';
import { boxed, labeled, RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();
let arn: string;
beforeEach(async () => {
  arn = await setup.dataset(await setup.project(), [
    labeled('day/1.jpg', 'crane'), unlabeled('day/2.jpg'), boxed('night/3.jpg', ['crane', 'heron']), boxed('night/4.jpg', ['stork'], { left: -1 }),
    boxed('Night/5.jpg', []), labeled('night/6.jpg', 'heron'),
  ]);
});

type Filters = Omit<ListDatasetEntriesCommandInput, 'DatasetArn'>;

async function page(input: Filters, dataset = arn) {
  const { DatasetEntries, NextToken } = await setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: dataset, ...input }));
  return { numbers: DatasetEntries!.map((line) => Number(/(\d)\.jpg/.exec(line)![1])), token: NextToken };
}

test.each<[string, Filters, number[]]>([
  ['nothing', {}, [1, 2, 3, 4, 5, 6]],
  ['one label', { ContainsLabels: ['crane'] }, [1, 3]],
  ['any of several labels', { ContainsLabels: ['heron', 'stork', 'unknown'] }, [3, 4, 6]],
  ['labeled', { Labeled: true }, [1, 3, 4, 6]],
  ['not labeled', { Labeled: false }, [2, 5]],
  ['a part of the source-ref, in its case', { SourceRefContains: 'night/' }, [3, 4, 6]],
  ['errors', { HasErrors: true }, [4]],
  ['errors or not', { HasErrors: false }, [1, 2, 3, 4, 5, 6]],
  ['all filters together', { ContainsLabels: ['heron', 'stork'], Labeled: true, SourceRefContains: 'night', HasErrors: true }, [4]],
  ['filters that exclude each other', { ContainsLabels: ['crane'], Labeled: false }, []],
])('entries are filtered by %s', async (_, filters, expected) => {
  expect((await page(filters)).numbers).toEqual(expected);
});

test('pages continue where the last one ended, and only the last has no token', async () => {
  const filters = { Labeled: true, MaxResults: 2 };
  const first = await page(filters);
  expect(first.numbers).toEqual([1, 3]);
  const second = await page({ ...filters, NextToken: first.token });
  expect(second).toEqual({ numbers: [4, 6], token: undefined });
  expect((await page({ ...filters, NextToken: '' })).numbers).toEqual([1, 3]);
  expect(await page({ MaxResults: 6 })).toEqual({ numbers: [1, 2, 3, 4, 5, 6], token: undefined });

  await setup.update(arn, [unlabeled('day/1.jpg')]);
  expect((await page({ ...filters, NextToken: first.token })).numbers).toEqual([4, 6]);
});

test('paginators see every entry and label once', async () => {
  const entries: string[] = [];
  for await (const { DatasetEntries } of paginateListDatasetEntries({ client: setup.client, pageSize: 4 }, { DatasetArn: arn })) {
    entries.push(...DatasetEntries!);
  }
  expect(new Set(entries).size).toBe(6);
  const labels: string[] = [];
  for await (const { DatasetLabelDescriptions } of paginateListDatasetLabels({ client: setup.client, pageSize: 1 }, { DatasetArn: arn })) {
    labels.push(...DatasetLabelDescriptions!.map(({ LabelName }) => LabelName!));
  }
  expect(labels).toEqual(['crane', 'heron', 'stork']);
});

test('pages have 100 entries unless less is wanted', async () => {
  await setup.update(arn, Array.from({ length: 120 }, (_, i) => unlabeled(`more/${i}.jpg`)));
  const first = await setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn }));
  expect(first.DatasetEntries).toHaveLength(100);
  const rest = await setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn, NextToken: first.NextToken }));
  expect(rest.DatasetEntries).toHaveLength(26);
});

test('a token is refused for other filters, another dataset, another call, and when it is none', async () => {
  const { token } = await page({ MaxResults: 1 });
  const other = await setup.dataset(await setup.project('other'), [unlabeled('1.jpg')]);
  const calls = [
    page({ MaxResults: 1, NextToken: token, Labeled: true }),
    page({ NextToken: token }, other),
    page({ NextToken: 'nonsense' }),
    setup.client.send(new ListDatasetLabelsCommand({ DatasetArn: arn, NextToken: token })),
  ];
  for (const call of calls) {
    expect(await setup.refusal(call)).toEqual({ code: 'InvalidPaginationTokenException', status: 400, message: 'Invalid Pagination Token' });
  }
});
