import { devNull } from 'node:os';
import { join } from 'node:path';

/** Where the local cloud's services are, and where a process that talks to them may keep its files. */
export interface CloudAddress {
  /** URL of every service but the vision services. */
  readonly endpoint: string;
  /** URL of the emulator of the vision services. */
  readonly visionEndpoint: string;
  /** Folder that is removed when the cloud stops. */
  readonly runFolder: string;
}

/** The one account and Region of the local cloud; MiniStack takes an access key of twelve digits for the account. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** What may come over from the user's environment: AWS profiles, proxies and other settings of the AWS tools may not. */
const INHERITED = /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|LANG|LC_.*|TZ|SYSTEMROOT|COMSPEC|PATHEXT)$/i;

/**
 * The whole environment of a process that shall see the local cloud and nothing else of AWS.
 *
 * Whatever the user's own environment and `~/.aws` say about AWS is out of its sight, and it reports to nobody.
 */
export function cloudEnvironment(cloud: CloudAddress): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name, value]) => value !== undefined && INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited) as Record<string, string>,
    TMPDIR: cloud.runFolder,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ENDPOINT_URL_REKOGNITION: cloud.visionEndpoint,
    AWS_ENDPOINT_URL_LOOKOUTVISION: cloud.visionEndpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: join(cloud.runFolder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(cloud.runFolder, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_HOME: join(cloud.runFolder, 'cdk-home'),
    CDK_OUTPUT: join(cloud.runFolder, 'cdk.out'),
    // There is nothing here that a widened permission could harm.
    CDK_REQUIRE_APPROVAL: 'never',
    CDK_NOTICES: 'false',
    CDK_VERSION_REPORTING: 'false',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Makes this process, too, see nothing of the user's AWS settings: the SDK clients in it read them like any tool. */
export function forgetAwsSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_')) delete process.env[name];
  }
  process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = devNull;
  // The SDK's reminder of later Node versions would stand between the steps.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}
