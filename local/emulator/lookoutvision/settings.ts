/** How the emulated service behaves where its documentation leaves it open, and how long things take. */
export interface LookoutVisionSettings {
  /** Milliseconds from the answer of a call to the end of what it started. An empty dataset is there at once. */
  latency: {
    createDataset: number;
    updateDatasetEntries: number;
    /** From the failure of an update to the end of its rollback. */
    rollback: number;
    deleteDataset: number;
    /** From CreateModel to the end of a training, which fails: nothing is trained here. */
    trainModel: number;
  };
  /** Whether a manifest that cannot be read refuses CreateDataset (ValidationException, AccessDeniedException) or ends in CREATE_FAILED. */
  manifestErrors: 'sync' | 'async';
  /** What a `source-ref` that occurs twice in a manifest does; in changes the last line counts. */
  duplicates: 'fail' | 'lastWins';
  /** True: lines whose label would be lost, for example a misspelt class, fail the call; false: they are taken as unlabeled. */
  strict: boolean;
  /** Whether images and masks are looked up in S3; then a missing one fails the operation. */
  checkImages: 'off' | 'exists';
  /** Answer to a client token that was used with other parameters. */
  tokenMismatch: 'ConflictException' | 'ValidationException';
  /** How many DescribeDataset calls after an update still answer as before it. */
  staleDescribe: number;
  /** How many ListProjects calls after a creation or deletion still answer as before it. */
  staleProjects: number;
  /** How many DescribeDataset calls after a deletion answer DELETE_COMPLETE instead of ResourceNotFoundException. */
  deleteCompleteReads: number;
  /** True: the last page of a listing has an empty NextToken, which the API model allows; false: it has none. */
  emptyNextToken: boolean;
  /** Requests per second that each operation allows, as published; 0: as many as come. */
  requestsPerSecond: number;
}

export const SETTING_CHOICES = {
  manifestErrors: ['sync', 'async'],
  duplicates: ['fail', 'lastWins'],
  checkImages: ['off', 'exists'],
  tokenMismatch: ['ConflictException', 'ValidationException'],
};

export function defaultSettings(): LookoutVisionSettings {
  return {
    latency: { createDataset: 1000, updateDatasetEntries: 500, rollback: 500, deleteDataset: 0, trainModel: 1000 },
    manifestErrors: 'sync',
    duplicates: 'fail',
    strict: false,
    checkImages: 'off',
    tokenMismatch: 'ConflictException',
    staleDescribe: 0,
    staleProjects: 0,
    deleteCompleteReads: 0,
    emptyNextToken: false,
    requestsPerSecond: 5,
  };
}
