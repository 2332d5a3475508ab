import { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { RekognitionClient } from '@aws-sdk/client-rekognition';

interface Endpoint { readonly url: string }

const options = ({ url }: Endpoint, maxAttempts: number) => ({
  endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' }, maxAttempts,
});

/** A client of an emulator. */
export function rekognitionClient(emulator: Endpoint, maxAttempts = 1): RekognitionClient {
  return new RekognitionClient(options(emulator, maxAttempts));
}

/** A client of an emulator. */
export function lookoutClient(emulator: Endpoint, maxAttempts = 1): LookoutVisionClient {
  return new LookoutVisionClient(options(emulator, maxAttempts));
}
