/** How the emulated service behaves where its documentation leaves it open, and how long things take. */
export interface RekognitionSettings {
  /** Milliseconds from the answer of a call to the end of what it started. */
  latency: {
    createProject: number;
    deleteProject: number;
    /** With a manifest or a dataset as its source. */
    createDataset: number;
    createEmptyDataset: number;
    updateDatasetEntries: number;
    distributeDatasetEntries: number;
    deleteDataset: number;
  };
  /** Whether an unreadable manifest refuses CreateDataset (InvalidS3ObjectException) or ends in CREATE_FAILED. */
  manifestErrors: 'sync' | 'async';
  /** True: DeleteProject deletes the datasets too, as the console does; false: it is refused while there are any. */
  deleteProjectCascades: boolean;
  /** Whether the images of a manifest are looked up in S3; then more than 20 % missing ones fail the operation. */
  checkImages: 'off' | 'exists';
  /** How many DescribeDataset calls after a write still answer as before it. */
  staleDescribe: number;
  /** True: Changes of 5,000,000 bytes and more are refused, the stricter reading of "less than 5MB". */
  strictChangesSize: boolean;
  /** Requests per second that each operation allows, as published; 0: as many as come. Those on tags have the next one. */
  requestsPerSecond: number;
  /** The same for each operation on tags. */
  tagRequestsPerSecond: number;
  /** Code of the refusal of a call that is one too many. */
  rateErrors: 'ProvisionedThroughputExceededException' | 'ThrottlingException';
  /** Milliseconds after the end of a write in which DescribeDataset still gives the statistics from before it. */
  statisticsLag: number;
  /** When LastUpdatedTimestamp moves: at the start and end of a write, only at its end, by tags too, or back by a second at the end. */
  lastUpdated: 'writes' | 'ends' | 'tags' | 'back';
  /** Whether a number of a box may have a fraction; if not, the line has an error. */
  fractions: 'accept' | 'error';
  /** When a deleted dataset gives way to the next one of its type. */
  slotFree: 'whenGone' | 'atOnce';
  /** True: an update that fails has nevertheless applied the first half of its lines. */
  partialUpdates: boolean;
  /** True: the last page of a listing has an empty NextToken, as in a published example; false: it has none. */
  emptyNextToken: boolean;
  /** Code of the refusal of a member that breaks a constraint of the API model. */
  constraintErrors: 'ValidationException' | 'InvalidParameterException';
  /** Code of the refusal of a member of another JSON type than the model's. */
  typeErrors: 'SerializationException' | 'ValidationException';
}

export const SETTING_CHOICES = {
  manifestErrors: ['sync', 'async'],
  checkImages: ['off', 'exists'],
  rateErrors: ['ProvisionedThroughputExceededException', 'ThrottlingException'],
  lastUpdated: ['writes', 'ends', 'tags', 'back'],
  fractions: ['accept', 'error'],
  slotFree: ['whenGone', 'atOnce'],
  constraintErrors: ['ValidationException', 'InvalidParameterException'],
  typeErrors: ['SerializationException', 'ValidationException'],
};

export function defaultSettings(): RekognitionSettings {
  return {
    latency: {
      createProject: 20,
      deleteProject: 50,
      createDataset: 200,
      createEmptyDataset: 50,
      updateDatasetEntries: 100,
      distributeDatasetEntries: 100,
      deleteDataset: 100,
    },
    manifestErrors: 'sync',
    deleteProjectCascades: false,
    checkImages: 'off',
    staleDescribe: 0,
    strictChangesSize: false,
    requestsPerSecond: 5,
    tagRequestsPerSecond: 10,
    rateErrors: 'ProvisionedThroughputExceededException',
    statisticsLag: 0,
    lastUpdated: 'writes',
    fractions: 'accept',
    slotFree: 'whenGone',
    partialUpdates: false,
    emptyNextToken: false,
    constraintErrors: 'ValidationException',
    typeErrors: 'SerializationException',
  };
}
