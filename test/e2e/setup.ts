import type { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { CdkResult } from '../../local/cloud/cdk';
import { startCloud } from '../../local/cloud/cloud';
import type { Cloud } from '../../local/cloud/cloud';
import { forgetAwsSettings } from '../../local/cloud/environment';
import { lookoutClient, rekognitionClient } from '../rigs/clients';
import { Observer } from './observer';

/** A local cloud, and those who look at it. */
export interface Scene {
  readonly cloud: Cloud;
  readonly observer: Observer;
  readonly rekognition: RekognitionClient;
  readonly lookoutvision: LookoutVisionClient;
  /** Runs the command line, whatever comes of it; the emulator's log is of this run alone. */
  tryCdk(...args: string[]): Promise<CdkResult>;
  /**
   * Runs the command line and expects it to succeed.
   *
   * @returns what it printed
   */
  cdk(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts a local cloud.
 *
 * @param app the app of this folder that the command line runs; default: the one of this project's cdk.json
 * @param start what starts the cloud
 */
export async function startScene(app?: string, start: () => Promise<Cloud> = startCloud): Promise<Scene> {
  forgetAwsSettings();
  const cloud = await start();
  const observer = new Observer(cloud);
  // They share the calls a second of the account with the handler.
  const [rekognition, lookoutvision] = [rekognitionClient(cloud.emulator, 10), lookoutClient(cloud.emulator, 10)];
  const tryCdk: Scene['tryCdk'] = (...args) => {
    cloud.emulator.clearRequests();
    return cloud.cdk([...args, ...app ? ['--app', `node --import tsx test/e2e/${app}`] : []]);
  };
  return {
    cloud, observer, rekognition, lookoutvision, tryCdk,
    async cdk(...args) {
      const { exitCode, output } = await tryCdk(...args);
      if (exitCode !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${exitCode}:\n${output}`);
      return output;
    },
    async close() {
      rekognition.destroy();
      lookoutvision.destroy();
      observer.close();
      await cloud.close();
    },
  };
}
