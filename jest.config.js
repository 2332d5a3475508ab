// The AWS SDK's reminder of later Node versions says nothing about a test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// No test asks where in its code a resource was made, and finding that out takes a seventh of the time of a synth.
process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:disable-creation-stack-traces': true });

/** Folders of tests that need the built package, Python, the local cloud or much time. All others are of one room. */
const INTEGRATION = ['bench', 'cloud', 'conformance', 'docs', 'e2e', 'example', 'handler', 'lifecycle', 'package', 'python', 'scripts'];

/** What is global takes long to look up in the context of a test, so modules get these as arguments: no test puts others in their place. */
const GLOBALS = [
  'Array', 'BigInt', 'Buffer', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Reflect', 'RegExp', 'Set', 'String', 'Symbol', 'TypeError',
  'WeakMap', 'isNaN', 'parseInt',
];

/** @type {import('jest').Config} */
const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  sandboxInjectedGlobals: GLOBALS,
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/\\.local/', '<rootDir>/jsii/'],
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 60_000,
  // Two for the cores, and two that wait for the local cloud.
  maxWorkers: 4,
  testSequencer: '<rootDir>/test/integration-first.js',
  projects: [
    { ...project, displayName: 'unit', testPathIgnorePatterns: INTEGRATION.map((folder) => `<rootDir>/test/${folder}/`) },
    { ...project, displayName: 'integration', roots: INTEGRATION.map((folder) => `<rootDir>/test/${folder}`) },
  ],
};
