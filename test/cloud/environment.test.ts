import { devNull } from 'node:os';
import { cloudEnvironment, forgetAwsSettings } from '../../local/cloud/environment';

const ADDRESS = { endpoint: 'http://127.0.0.1:4000', visionEndpoint: 'http://127.0.0.1:4001', runFolder: '/tmp/run' };

test("nothing of the user's AWS setup or proxies reaches the local cloud's processes", () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'secret', AWS_ENDPOINT_URL_S3: 'https://elsewhere', AWS_CA_BUNDLE: '/x',
    CDK_DEFAULT_ACCOUNT: '123456789012', HTTPS_PROXY: 'http://proxy:3128', DOCKER_HOST: 'tcp://docker:2375', NODE_OPTIONS: '--inspect',
  });
  try {
    const environment = cloudEnvironment(ADDRESS);
    expect(Object.values(environment).join('\n')).not.toMatch(/production|secret|elsewhere|123456789012|proxy|docker|inspect/);
    expect(environment).toMatchObject({
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: ADDRESS.endpoint,
      AWS_ENDPOINT_URL_REKOGNITION: ADDRESS.visionEndpoint,
      AWS_ENDPOINT_URL_LOOKOUTVISION: ADDRESS.visionEndpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    // A missing file is no profile; these are read instead of ~/.aws.
    expect(environment.AWS_CONFIG_FILE).toMatch(/^\/tmp\/run\//);
    expect(environment.AWS_SHARED_CREDENTIALS_FILE).toMatch(/^\/tmp\/run\//);
  } finally {
    process.env = before;
  }
});

test("this process forgets the user's AWS settings, those in files included", () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_PROFILE: 'production', AWS_USE_FIPS_ENDPOINT: 'true', AWS_CONFIG_FILE: '/home/me/.aws/config' });
  try {
    forgetAwsSettings();
    const left = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') && !name.startsWith('AWS_SDK_JS_'));
    expect(Object.fromEntries(left)).toEqual({ AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull });
  } finally {
    process.env = before;
  }
});
