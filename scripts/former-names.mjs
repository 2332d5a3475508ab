/**
 * Words that the code of this project used to have for what AWS, CDK and the field call otherwise. ESLint keeps them out of lib,
 * lambda and local as names of types, functions, variables and members.
 *
 * Some words of that list are good names for something else and are left out: `start` and `take` (of a stream), `short`, `plain`,
 * `leave`, `release`, `look`, `refusal` (what the emulator answers), `located`, `dirty` (a member of stored
 * records), `Objects` (a member of DeleteObjects).
 *
 * @type {Readonly<Record<string, string>>} former name → name
 */
export const FORMER_NAMES = {
  Seen: 'Observed', seen: 'observed', Wanted: 'DesiredState', wanted: 'desired', Wish: 'DesiredState', WantedLine: 'ResolvedLine',
  metIn: 'matchedLine', refIsTidy: 'isPlainRef', sourceRefHygiene: 'lintSourceRef', speck: 'smallRegion', Literal: 'BytePattern',
  towardsPresent: 'nextActionToApply', towardsAbsent: 'nextActionToDelete', towardsReturned: 'nextActionToRevert',
  untilPresent: 'apply', untilAbsent: 'delete', untilReturned: 'revertAdoption',
  goOn: 'resume', goAway: 'deleteDataset', borrowed: 'adoptionPending', adopting: 'adoptionPending', soil: 'markDirty',
  steadily: 'withRetries', surprises: 'conflicts', handBack: 'restoreOriginal', letGo: 'transferOwnership', unmark: 'removeOwnershipTags',
  isTaken: 'holdsLease', mayWrite: 'assertLease', LookAgain: 'ConflictError', SliceOver: 'TimeSliceExceeded', ServiceRefusal: 'ServiceError',
  Slice: 'TimeBudget', isLost: 'isAmbiguousFailure', whatIsThere: 'loadBaseline', isBelieved: 'isRecordCurrent', isUseless: 'isUnrecoverable',
  mustBeIntact: 'verifyStagedCopy', judgeRemoved: 'applyRemovalPolicy',
  FirstLoad: 'InitialLoad', firstLoad: 'initialLoad', folds: 'kFold', ManifestFoldsOptions: 'ManifestKFoldOptions', asWritten: 'asIs',
  exportedFrom: 'rewriteFrom', ExportedFrom: 'RewriteFrom', CommonDatasetProps: 'DatasetBaseProps', LookoutTarget: 'LabelType',
  notThere: 'fileNotFoundError', Remark: 'SynthWarning', withRemarks: 'addSynthWarnings', warnAbout: 'addSynthWarnings',
  ManifestPart: 'Subset', holds: 'includes', lotOf: 'hashFraction', indivisible: 'splitUnsupportedReason', remedy: 'hint',
  complaint: 'errorMessage', PartLines: 'SubsetReader', Loss: 'ConversionWarning', LossLog: 'ConversionReport', losses: 'warnings',
  Tally: 'DatasetStats', DatasetTally: 'DatasetStats', verdicts: 'validate', Work: 'BackgroundTask', Content: 'DatasetEntries',
  claimPlace: 'claimSlot',
};

export const formerNameRule = ['error', ...Object.keys(FORMER_NAMES)];
