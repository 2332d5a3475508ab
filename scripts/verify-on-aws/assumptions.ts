/** Something that this project takes for true although no document of AWS says it. */
export interface Assumption {
  readonly question: string;
  /** What the library, its handler and the emulator count on. */
  readonly assumed: string;
  /** Where the question stands open: this project's contract with the service, its sections (§) and open questions (#). */
  readonly source: string;
  /** What it means for the library if it is otherwise. */
  readonly otherwise: string;
}

/** Every assumption that a run puts to the test, by the name that `--only` takes. */
export const ASSUMPTIONS = {
  'manifest-rights': {
    question: 'Which S3 actions must the caller of CreateDataset be allowed for the manifest?',
    assumed: 'the seven documented read actions are enough',
    source: '§8',
    otherwise: 'the handler\'s role lacks an action: every deployment fails until DatasetProvider grants it on the staging bucket',
  },
  'manifest-caller': {
    question: 'Whose permissions read the manifest?',
    assumed: 'those of the caller; without S3 actions CreateDataset is refused',
    source: '§8',
    otherwise: 'the service reads with permissions of its own: the grants on the staging bucket are unnecessary, or a bucket policy is needed',
  },
  'manifest-missing': {
    question: 'What does CreateDataset say of a manifest that does not exist?',
    assumed: 'it is refused at once with InvalidS3ObjectException',
    source: '§11 #1',
    otherwise: 'the handler learns of it from CREATE_FAILED, which it survives; the emulator\'s setting manifestErrors has the wrong default',
  },
  'images-read': {
    question: 'Are the images of a manifest opened when it is imported?',
    assumed: 'no; entries whose images do not exist are accepted',
    source: '§6.3, §11 #17',
    otherwise: 'the handler\'s role needs s3:GetObject on images, and images must be uploaded before the dataset: keep grantRead on, and wait for the upload',
  },
  'fractions': {
    question: 'Are fractions of pixels accepted in bounding boxes?',
    assumed: 'yes; no source demands whole numbers',
    source: '§5',
    otherwise: 'a box with a fraction is an error of its line: the check at synth must refuse it',
  },
  'dataset-tags': {
    question: 'Can datasets be tagged, at creation and later?',
    assumed: 'yes, with CreateDataset, TagResource, UntagResource and ListTagsForResource',
    source: '§2',
    otherwise: 'the handler cannot mark a dataset as its own: ownership must stand in the staging bucket alone',
  },
  'slot-after-delete': {
    question: 'When is the place of a deleted dataset free for the next one of its type?',
    assumed: 'when DescribeDataset no longer finds the old one; until then ResourceAlreadyExistsException',
    source: '§3, corrections',
    otherwise: 'the handler waits longer than it must, which costs seconds and nothing else; or it must survive another refusal',
  },
  'partial-updates': {
    question: 'Does an update that fails leave some of its lines?',
    assumed: 'no; nothing of it is applied',
    source: '§11 #5',
    otherwise: 'entries are not as recorded after UPDATE_FAILED: the handler must read all of them back before it goes on, and before a rollback',
  },
  'last-updated-write': {
    question: 'When does LastUpdatedTimestamp move?',
    assumed: 'at the start and at the end of a write',
    source: '§11 #23, §10.5',
    otherwise: 'the handler cannot tell from the time that its write has begun, and takes the grace period for every write',
  },
  'last-updated-tags': {
    question: 'Does a change of tags move LastUpdatedTimestamp?',
    assumed: 'no',
    source: '§11 #23',
    otherwise: 'each change of tags looks like a change of entries from outside, so that the next deployment reads all of them back',
  },
  'create-duration': {
    question: 'How long does CreateDataset take?',
    assumed: '250,000 entries, the most a dataset holds, within 55 minutes',
    source: '§11 #3',
    otherwise: 'a large dataset needs a longer totalTimeout than CloudFormation has: it must be filled by updates or in the background',
  },
  'update-duration': {
    question: 'How long does UpdateDatasetEntries take?',
    assumed: '250,000 entries within 55 minutes, in calls of up to 4.5 MB one after another',
    source: '§11 #3, §4',
    otherwise: 'large changes do not fit into one deployment: the handler must go on from one deployment to the next more often',
  },
  'status-lag': {
    question: 'Does DescribeDataset still show the status from before a write that was accepted?',
    assumed: 'no; at most for 30 s',
    source: '§11 #27, §10.5',
    otherwise: 'the handler takes the end of the last write for the end of this one: raise STALE_GRACE in lambda/dataset/reconcile/decide.ts',
  },
  'statistics-lag': {
    question: 'How long do statistics lag behind the status?',
    assumed: 'at most 30 s and a millisecond an entry, and never more than 5 minutes',
    source: '§11 #27',
    otherwise: 'the handler reads a complete dataset back for nothing: raise statisticsGrace in lambda/dataset/reconcile/decide.ts',
  },
  'constraint-errors': {
    question: 'What is the answer to a member that breaks a constraint of the API model?',
    assumed: '400 ValidationException with the members __type and message',
    source: '§2, corrections',
    otherwise: 'nothing breaks, the handler sends no such member; the emulator answers in another form',
  },
  'type-errors': {
    question: 'What is the answer to a member of the wrong JSON type?',
    assumed: '400 SerializationException',
    source: '§2, corrections',
    otherwise: 'nothing breaks, the handler never sends one; the emulator answers in another form',
  },
  'rates': {
    question: 'How many of six calls of one operation in a second are refused?',
    assumed: 'one; five a second are allowed, and five at once come through',
    source: '§4',
    otherwise: 'the pace of polling and reading back (lambda/core/backoff.ts, lambda/dataset/content/listing.ts) is set for another rate',
  },
  'throttling-errors': {
    question: 'What does the refusal of a call too many look like?',
    assumed: 'ThrottlingException or ProvisionedThroughputExceededException, without Retry-After',
    source: '§1',
    otherwise: 'lambda/core/retry.ts does not know the refusal: a throttled call fails a deployment',
  },
  'last-updated-back': {
    question: 'Does LastUpdatedTimestamp ever go back?',
    assumed: 'no, not in any description of any dataset of this run',
    source: '§11 #23',
    otherwise: 'the handler takes a description for an old one and waits for a newer one, for the grace period each time',
  },
} as const satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
