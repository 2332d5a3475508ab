import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator, UNLIMITED } from '../../local/emulator';
import { OPERATIONS } from '../../local/emulator/rekognition/operations';
import { ensureVenv } from '../../local/venv';
import { startObjectServer } from '../rigs/s3-objects';

const SCRIPTS = join(__dirname, '..', 'rigs', 'boto3');
const VENV = join(__dirname, '..', '..', '.local', 'boto3-venv');

test('boto3 finds every operation, shape and refusal as the contract has them', async () => {
  const python = await ensureVenv(VENV, join(SCRIPTS, 'requirements.txt'));
  const objects = await startObjectServer();
  // Creations and deletions last for as long as a busy machine needs for the calls that are refused meanwhile.
  const latency = { createDataset: 1_000, updateDatasetEntries: 10, deleteDataset: 10, deleteProject: 1_000 };
  const emulator = await startEmulator({ s3Endpoint: objects.url, settings: { rekognition: { ...UNLIMITED.rekognition, latency } } });
  try {
    objects.objects.set('manifests-bucket/denied.manifest', Buffer.from('{}'));
    objects.denied.add('manifests-bucket/denied.manifest');
    const { stdout } = await promisify(execFile)(python, ['-B', join(SCRIPTS, 'run.py'), emulator.url, objects.url]);
    const summary = JSON.parse(stdout);
    console.log(`boto3 ${summary.boto3}: ${summary.checks} checks, ${summary.operations.length} operations, `
      + `${summary.codes.length} error codes, ${summary.messages.length} status messages`);

    expect(summary.boto3).toBe('1.43.106');
    const snake = (name: string) => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
    expect(summary.operations).toEqual(Object.keys(OPERATIONS).map(snake).sort());
    expect(summary.codes).toEqual([
      'AccessDeniedException', 'ERROR_BOUNDING_BOX_TOO_SMALL', 'ERROR_INVALID_BOUNDING_BOX', 'ERROR_INVALID_IMAGE_DIMENSION',
      'ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'ERROR_INVALID_LABEL_NAME_LENGTH',
      'ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', 'ERROR_MISSING_CLASS_MAP_ID', 'ERROR_NO_LABEL_ATTRIBUTES', 'ERROR_NO_VALID_ANNOTATIONS',
      'ERROR_NO_VALID_LABEL_ATTRIBUTES', 'ERROR_TOO_MANY_BOUNDING_BOXES', 'ERROR_UNSUPPORTED_USE_CASE_TYPE', 'InternalServerError',
      'InvalidPaginationTokenException', 'InvalidParameterException', 'InvalidS3ObjectException', 'LimitExceededException',
      'ProvisionedThroughputExceededException', 'ResourceAlreadyExistsException', 'ResourceInUseException', 'ResourceNotFoundException',
      'ResourceNotReadyException', 'ServiceQuotaExceededException', 'ThrottlingException', 'UnknownOperationException', 'ValidationException',
    ]);
    expect(summary.messages).toHaveLength(8);
  } finally {
    await emulator.close();
    await objects.close();
  }
}, 300_000);
