// Stands in for the SDK's chain of credential sources in the bundle: Lambda hands its credentials over in the environment.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
