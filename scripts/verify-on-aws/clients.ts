import { IAMClient } from '@aws-sdk/client-iam';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Clients of the user's account; credentials, Region and endpoints come from where every AWS tool has them. */
export interface Clients {
  /** Tries again when it is throttled. */
  readonly rekognition: RekognitionClient;
  /** Tries once. */
  readonly hasty: RekognitionClient;
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** A client of Rekognition for somebody else; the caller destroys it. */
  as(credentials: Credentials): RekognitionClient;
  destroy(): void;
}

// The SDK's reminder of later Node versions would stand between the steps.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const PATIENT = { maxAttempts: 6, retryMode: 'standard' };

/** @param region absent: that of the environment or the profile */
export function connect(region?: string): Clients {
  const clients = {
    rekognition: new RekognitionClient({ region, ...PATIENT }),
    hasty: new RekognitionClient({ region, maxAttempts: 1 }),
    s3: new S3Client({ region, ...PATIENT, forcePathStyle: true }),
    iam: new IAMClient({ region, ...PATIENT }),
    sts: new STSClient({ region, ...PATIENT }),
  };
  return {
    ...clients,
    as: (credentials) => new RekognitionClient({ region, ...PATIENT, credentials }),
    destroy: () => { for (const client of Object.values(clients)) client.destroy(); },
  };
}
